import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

type Props = {
  onTour: (() => void) | null;
  /** Hearth's own agent, where it could be asked and isn't chosen. */
  ownAgent: { models: number; onChoose: () => void } | null;
  inPlace: boolean;
};

/** Before the first prompt. */
export function EmptyChat({ onTour, ownAgent, inPlace }: Props): React.JSX.Element {
  return (
    <div className="min-h-0 flex-1">
      <EmptyState
        action={
          <span className="flex flex-wrap justify-center gap-2">
            {ownAgent ? <Button onClick={ownAgent.onChoose}>Use Hearth’s own agent</Button> : null}
            {onTour ? <Button onClick={onTour}>Try the practice agent</Button> : null}
          </span>
        }
      >
        {`Write below what an agent should do in ${inPlace ? "the project’s own folder" : "this session’s copy of the project"}.`}
        {ownAgent ? ` ${foundText(ownAgent.models)} Hearth’s own agent works with it, and needs no cloud.` : null}
      </EmptyState>
    </div>
  );
}

function foundText(models: number): string {
  return models === 1 ? "A model of your own was found." : `A server with ${models} models of your own was found.`;
}
