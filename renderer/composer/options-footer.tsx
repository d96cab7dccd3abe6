import { Check, FolderHeart, Star } from "lucide-react";
import type { ReactNode } from "react";
import type { Agent } from "../../shared/contract/agents.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { useApp, useSettings } from "../stores/app.ts";
import type { ChoiceOptions } from "../stores/choices.ts";
import { nameOf } from "./option-items.ts";

type Props = {
  session: Session;
  agent: Agent;
  chosen: ChoiceOptions;
  /** The one in force; null where nobody knows. */
  modelId: string | null;
  favourites: readonly string[];
};

/** What is kept of a choice: the model among the favourites, and all of it as what new chats of the project begin with. */
export function OptionsFooter({ session, agent, chosen, modelId, favourites }: Props): React.JSX.Element {
  const settings = useSettings();
  const project = useApp((state) => state.app?.projects.find(({ id }) => id === session.projectId)?.name ?? "this project");
  const all = settings?.projectChoices ?? {};
  const own = { agentId: agent.id, ...chosen };
  const isOwn = JSON.stringify(sorted(all[session.projectId])) === JSON.stringify(sorted(own));
  const isFavourite = modelId !== null && favourites.includes(modelId);
  const { [session.projectId]: _, ...others } = all;
  return (
    <>
      {modelId === null ? null : (
        <Line
          pressed={isFavourite}
          icon={<Star className={isFavourite ? "size-3.5 fill-current" : "size-3.5"} aria-hidden />}
          onClick={() => {
            const next = isFavourite ? favourites.filter((id) => id !== modelId) : [...favourites, modelId];
            void patchSettings({ favouriteModels: { ...settings?.favouriteModels, [agent.id]: next } });
          }}
        >
          {`Favourite: ${nameOf(agent.options.models, modelId)}`}
        </Line>
      )}
      <Line
        pressed={isOwn}
        icon={isOwn ? <Check className="size-3.5" aria-hidden /> : <FolderHeart className="size-3.5" aria-hidden />}
        onClick={() => void patchSettings({ projectChoices: isOwn ? others : { ...others, [session.projectId]: own } })}
      >
        {`Use for new chats in ${project}`}
      </Line>
    </>
  );
}

function sorted(choice: Record<string, string | null> | undefined): [string, string | null][] {
  return Object.entries(choice ?? {}).toSorted(([a], [b]) => a.localeCompare(b));
}

type LineProps = { icon: ReactNode; pressed: boolean; onClick: () => void; children: string };

function Line({ icon, pressed, onClick, children }: LineProps): React.JSX.Element {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={children}
      onClick={onClick}
      className="row flex w-full items-center gap-2 rounded-control px-2 text-left text-muted hover:bg-hover hover:text-text"
    >
      <span className="shrink-0">{icon}</span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </button>
  );
}
