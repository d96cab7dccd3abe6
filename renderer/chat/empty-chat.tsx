import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** Before the first prompt. */
export function EmptyChat({ onTour, inPlace }: { onTour: (() => void) | null; inPlace: boolean }): React.JSX.Element {
  return (
    <div className="min-h-0 flex-1">
      <EmptyState action={onTour ? <Button onClick={onTour}>Try the practice agent</Button> : null}>
        {`Write below what an agent should do in ${inPlace ? "the project’s own folder" : "this session’s copy of the project"}.`}
      </EmptyState>
    </div>
  );
}
