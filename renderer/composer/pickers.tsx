import type { Agent, AgentChoice } from "../../shared/contract/agents.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import {
  agentsDefault,
  noteRecent,
  useRecents,
  withAgent,
  withOption,
  type ChatChoice,
  type ChoiceOptions,
} from "../stores/choices.ts";
import { AgentPicker } from "./agent-picker.tsx";
import { Picker, type PickerItem } from "../ui/picker.tsx";
import { PickerButton } from "./picker-button.tsx";
import { defaultMode } from "./policy-in-force.ts";
import { PolicyPicker } from "./policy-picker.tsx";

type Props = { session: Session; agents: readonly Agent[]; choice: ChatChoice; onChoose: (choice: ChatChoice) => void };

/** Who answers and how: agent, model, mode, thinking; and what it may do without asking. */
export function Pickers({ session, agents, choice, onChoose }: Props): React.JSX.Element {
  const agent = agents.find((one) => one.id === choice.agentId);
  const chosen = choice.byAgent[choice.agentId] ?? agentsDefault;
  const choose = (part: Partial<ChoiceOptions>): void => onChoose(withOption(choice, part));
  const options = agent?.options;
  const untold = agent ? whyUntold(agent) : null;
  return (
    <>
      <AgentPicker agents={agents} agentId={choice.agentId} onChoose={(agentId) => onChoose(withAgent(choice, agentId))} />
      <OptionPicker
        what="Model"
        recentsKey={`model:${choice.agentId}`}
        all={options?.models}
        value={chosen.modelId}
        untold={untold}
        defaultValue={options?.defaults?.modelId}
        onChoose={(modelId) => choose({ modelId })}
      />
      <OptionPicker
        what="Mode"
        recentsKey={`mode:${choice.agentId}`}
        all={options?.modes}
        value={chosen.modeId}
        defaultValue={agent && defaultMode(session.policy, agent)}
        onChoose={(modeId) => choose({ modeId })}
      />
      <OptionPicker
        what="Thinking"
        recentsKey={`thinking:${choice.agentId}`}
        all={options?.thinkingLevels}
        value={chosen.thinkingLevel}
        defaultValue={options?.defaults?.thinkingLevel}
        onChoose={(thinkingLevel) => choose({ thinkingLevel })}
      />
      <PolicyPicker session={session} agent={agent} modeId={chosen.modeId} />
    </>
  );
}

/** The picker's value for "the agent's default", which is null everywhere else. */
const byDefault = "";

type OptionProps = {
  what: string;
  recentsKey: string;
  all: readonly AgentChoice[] | undefined;
  value: string | null;
  /** What the agent's default is; null or absent where nobody knows. */
  defaultValue: string | null | undefined;
  onChoose: (value: string | null) => void;
  /** When it will be known what there is to choose; null: it is. */
  untold?: string | null;
};

/** What an agent offers it tells with a session: the one of its handshake, or else of its first turn. */
function whyUntold(agent: Agent): string | null {
  if (agent.options.defaults !== undefined || agent.options.models.length > 0) return null;
  return agent.askingSince === null ? "after the first turn" : "asking";
}

function OptionPicker(props: OptionProps): React.JSX.Element | null {
  const { what, recentsKey, all = [], value, defaultValue, onChoose, untold = null } = props;
  const recents = useRecents(recentsKey);
  if (all.length === 0 && value === null && untold !== null)
    return (
      <span className="row inline-flex shrink-0 items-center px-1.5 whitespace-nowrap text-faint">{`${what}: ${untold}`}</span>
    );
  if (all.length === 0 && value === null) return null;
  const known = all.some((one) => one.id === value);
  const nameOf = (id: string): string => all.find((one) => one.id === id)?.name ?? id;
  const inForce = defaultValue === null || defaultValue === undefined ? null : nameOf(defaultValue);
  const items: PickerItem[] = [
    { value: byDefault, label: "Agent’s default", ...(inForce === null ? {} : { detail: inForce }), words: "default auto" },
    ...all.map((one): PickerItem => ({ value: one.id, label: one.name, detail: one.description, words: one.id })),
    ...(value !== null && !known ? [{ value, label: value, hint: "not offered now" }] : []),
  ];
  const shown = value === null ? (inForce ?? what.toLowerCase()) : nameOf(value);
  const told = inForce === null ? "agent’s default" : `agent’s default, ${inForce}`;
  return (
    <Picker
      label={what}
      items={items}
      value={value ?? byDefault}
      recents={recents.length > 0 ? [byDefault, ...recents] : []}
      side="top"
      onChange={(next) => {
        if (next !== byDefault) noteRecent(recentsKey, next);
        onChoose(next === byDefault ? null : next);
      }}
      trigger={
        <PickerButton name={`${what}: ${value === null ? told : shown}`} quiet={value === null}>
          {shown}
        </PickerButton>
      }
    />
  );
}
