import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import type { Agent, AgentChoice } from "../../shared/contract/agents.ts";
import type { Policy, Session } from "../../shared/contract/sessions.ts";
import { callFailure, rpc } from "../rpc.ts";
import { openDialog } from "../stores/frame.ts";
import {
  agentsDefault,
  noteRecent,
  useChoices,
  withAgent,
  withOption,
  type ChatChoice,
  type ChoiceOptions,
} from "../stores/choices.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { cx } from "../ui/cx.ts";
import { Picker, type PickerItem } from "../ui/picker.tsx";
import { toast } from "../ui/toast.tsx";

type Props = { session: Session; agents: readonly Agent[]; choice: ChatChoice; onChoose: (choice: ChatChoice) => void };

/** Who answers and how: agent, model, mode, thinking; and what it may do without asking. */
export function Pickers({ session, agents, choice, onChoose }: Props): React.JSX.Element {
  const agent = agents.find((one) => one.id === choice.agentId);
  const chosen = choice.byAgent[choice.agentId] ?? agentsDefault;
  const choose = (part: Partial<ChoiceOptions>): void => onChoose(withOption(choice, part));
  const options = agent?.options;
  return (
    <>
      <AgentPicker agents={agents} agentId={choice.agentId} onChoose={(agentId) => onChoose(withAgent(choice, agentId))} />
      <OptionPicker
        what="Model"
        recentsKey={`model:${choice.agentId}`}
        all={options?.models}
        value={chosen.modelId}
        onChoose={(modelId) => choose({ modelId })}
      />
      <OptionPicker
        what="Mode"
        recentsKey={`mode:${choice.agentId}`}
        all={options?.modes}
        value={chosen.modeId}
        onChoose={(modeId) => choose({ modeId })}
      />
      <OptionPicker
        what="Thinking"
        recentsKey={`thinking:${choice.agentId}`}
        all={options?.thinkingLevels}
        value={chosen.thinkingLevel}
        onChoose={(thinkingLevel) => choose({ thinkingLevel })}
      />
      <PolicyPicker session={session} />
    </>
  );
}

const noRecents: string[] = [];
const useRecents = (key: string): string[] => useChoices((state) => state.recents[key] ?? noRecents);

function AgentPicker({
  agents,
  agentId,
  onChoose,
}: {
  agents: readonly Agent[];
  agentId: string;
  onChoose: (agentId: string) => void;
}): React.JSX.Element {
  const recents = useRecents("agent");
  const items = agents
    .filter((agent) => agent.enabled || agent.id === agentId)
    .toSorted((a, b) => Number(b.status === "ready") - Number(a.status === "ready"))
    .map((agent): PickerItem => ({
      value: agent.id,
      label: agent.label,
      icon: <AgentMark agentId={agent.id} />,
      detail:
        agent.status === "ready" ? undefined : agent.status === "loading" ? "being looked for" : (agent.reason ?? "unavailable"),
      disabled: agent.status !== "ready" && agent.status !== "loading",
      words: agent.id,
    }));
  const label = agents.find((agent) => agent.id === agentId)?.label ?? agentId;
  return (
    <Picker
      label="Agent"
      items={items}
      value={agentId}
      recents={recents}
      side="top"
      onChange={(value) => {
        noteRecent("agent", value);
        onChoose(value);
      }}
      emptyText="No agent by that name."
      footer={
        <button
          type="button"
          onClick={() => openDialog({ kind: "settings", section: "agents" })}
          className="row w-full rounded-control px-2 text-left text-muted hover:bg-hover hover:text-text"
        >
          Agents…
        </button>
      }
      trigger={
        <PickerButton name={`Agent: ${label}`}>
          <AgentMark agentId={agentId} />
          {label}
        </PickerButton>
      }
    />
  );
}

/** The picker's value for "the agent's default", which is null everywhere else. */
const byDefault = "";

type OptionProps = {
  what: string;
  recentsKey: string;
  all: readonly AgentChoice[] | undefined;
  value: string | null;
  onChoose: (value: string | null) => void;
};

function OptionPicker({ what, recentsKey, all = [], value, onChoose }: OptionProps): React.JSX.Element | null {
  const recents = useRecents(recentsKey);
  if (all.length === 0 && value === null) return null;
  const known = all.some((one) => one.id === value);
  const items: PickerItem[] = [
    { value: byDefault, label: "Agent’s default", words: "default auto" },
    ...all.map((one): PickerItem => ({ value: one.id, label: one.name, detail: one.description, words: one.id })),
    ...(value !== null && !known ? [{ value, label: value, hint: "not offered now" }] : []),
  ];
  const shown = value === null ? what.toLowerCase() : (all.find((one) => one.id === value)?.name ?? value);
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
        <PickerButton name={`${what}: ${value === null ? "agent’s default" : shown}`} quiet={value === null}>
          {shown}
        </PickerButton>
      }
    />
  );
}

const policies: Record<Policy, { label: string; hint: string }> = {
  ask: { label: "Ask", hint: "asks before edits and commands" },
  "accept-edits": { label: "Accept edits", hint: "asks before commands" },
  plan: { label: "Plan only", hint: "reads, changes nothing" },
  full: { label: "Full", hint: "asks only for protected files" },
};

function PolicyPicker({ session }: { session: Session }): React.JSX.Element {
  async function change(value: string): Promise<void> {
    const policy = (Object.keys(policies) as Policy[]).find((one) => one === value);
    if (!policy || policy === session.policy) return;
    try {
      await rpc.sessions.update({ id: session.id, policy });
    } catch (error) {
      toast({ title: "The policy is as it was", detail: callFailure(error).message, tone: "failed" });
    }
  }
  return (
    <Picker
      label="What may be done without asking"
      items={Object.entries(policies).map(([value, { label, hint }]) => ({ value, label, detail: hint }))}
      value={session.policy}
      side="top"
      onChange={(value) => void change(value)}
      trigger={
        <PickerButton
          name={`Policy: ${policies[session.policy].label}, ${policies[session.policy].hint}`}
          className={session.policy === "full" ? "text-changed" : undefined}
        >
          {policies[session.policy].label}
        </PickerButton>
      }
    />
  );
}

type ButtonProps = ComponentProps<"button"> & { name: string; quiet?: boolean; children: ReactNode };

function PickerButton({ name, quiet, className, children, ...rest }: ButtonProps): React.JSX.Element {
  return (
    <button
      type="button"
      {...rest}
      aria-label={name}
      title={name}
      className={cx(
        "row flex max-w-44 shrink-0 items-center gap-1.5 rounded-control px-1.5 whitespace-nowrap -outline-offset-2 hover:bg-hover data-popup-open:bg-selected",
        quiet ? "text-muted" : "text-text",
        className,
      )}
    >
      <span className="flex min-w-0 items-center gap-1.5 truncate">{children}</span>
      <ChevronDown className="size-3 shrink-0 text-faint" aria-hidden />
    </button>
  );
}
