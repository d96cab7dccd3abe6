import { Check, Star } from "lucide-react";
import type { ReactNode } from "react";
import type { Agent } from "../../shared/contract/agents.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { attempt } from "../commands/actions.ts";
import { rpc } from "../rpc.ts";
import { useSettings } from "../stores/app.ts";
import { noteRecent, useRecents, type ChoiceOptions } from "../stores/choices.ts";
import { Picker, type PickerItem } from "../ui/picker.tsx";
import { defaultMode } from "./policy-in-force.ts";
import { aspectsOf, optionItems, optionWords, type Defaults, type OptionItem } from "./option-items.ts";
import { OptionsFooter } from "./options-footer.tsx";
import { PickerButton } from "./picker-button.tsx";

type Props = {
  session: Session;
  agent: Agent;
  chosen: ChoiceOptions;
  onChoose: (part: Partial<ChoiceOptions>) => void;
};

/** The agent's model, mode and thinking for the next prompt, in one menu. What is left to the agent sends nothing. */
export function OptionsPicker({ session, agent, chosen, onChoose }: Props): React.JSX.Element | null {
  const recentsKey = `model:${agent.id}`;
  const recents = useRecents(recentsKey);
  const favourites = useSettings()?.favouriteModels[agent.id] ?? [];
  const aspects = aspectsOf(agent.options);
  const defaults: Defaults = {
    modelId: agent.options.defaults?.modelId ?? null,
    modeId: defaultMode(session.policy, agent),
    thinkingLevel: agent.options.defaults?.thinkingLevel ?? null,
  };
  const items = optionItems(aspects, chosen, defaults, { favourites, recents });
  if (items.length === 0) return <Untold agent={agent} />;
  const { shown, told } = optionWords(aspects, chosen, defaults);
  const choose = (value: string): void => {
    const item = items.find((one) => keyOf(one) === value);
    if (!item) return;
    if (item.field === "modelId" && item.id !== null) noteRecent(recentsKey, item.id);
    onChoose({ [item.field]: item.id });
  };
  const isDefault = Object.values(chosen).every((value) => value === null);
  return (
    <Picker
      label="Model, mode and thinking"
      items={items.map(toPickerItem)}
      value={null}
      side="top"
      onChange={choose}
      footer={
        <OptionsFooter
          session={session}
          agent={agent}
          chosen={chosen}
          modelId={chosen.modelId ?? defaults.modelId}
          favourites={favourites}
        />
      }
      trigger={
        <PickerButton name={told} quiet={isDefault} className="max-w-72 touch:max-w-44">
          <span className="truncate">{shown.join(" · ")}</span>
        </PickerButton>
      }
    />
  );
}

function keyOf({ field, id }: OptionItem): string {
  return `${field}:${id ?? ""}`;
}

function toPickerItem(item: OptionItem): PickerItem {
  const { group, label, detail, id } = item;
  return {
    ...{ value: keyOf(item), group, label, marks: marksOf(item) },
    words: `${group} ${id ?? "default auto"}`,
    ...(detail === undefined ? {} : { detail }),
  };
}

function marksOf({ favourite, chosen }: OptionItem): ReactNode {
  if (!favourite && !chosen) return null;
  return (
    <>
      {favourite ? <Star className="size-3 fill-current" aria-label="Favourite" /> : null}
      {chosen ? <Check className="size-3.5" aria-label="Chosen" /> : null}
    </>
  );
}

/** An agent tells what it offers with a session: it is asked for one, or has none to tell. */
function Untold({ agent }: { agent: Agent }): React.JSX.Element | null {
  const words = "row inline-flex shrink-0 items-center px-1.5 whitespace-nowrap";
  if (agent.options.defaults !== undefined) return null;
  if (agent.askingSince !== null) return <span className={`${words} text-faint`}>asking for its models</span>;
  if (agent.found !== "yes") return null;
  return (
    <button
      type="button"
      className={`${words} rounded-control text-muted -outline-offset-2 hover:bg-hover hover:text-text`}
      title={`Starts ${agent.label} and asks it what it offers`}
      onClick={() => void attempt("The agent was not asked what it can do", () => rpc.agents.choose({ id: agent.id }))}
    >
      Ask for its models
    </button>
  );
}
