import { useRef, useState } from "react";
import { shelvesOf } from "../../shared/agent-shelves.ts";
import type { Agent } from "../../shared/contract/agents.ts";
import { progressText, roomText } from "../../shared/install-words.ts";
import { attempt } from "../commands/actions.ts";
import { rpc } from "../rpc.ts";
import { noteRecent, useRecents } from "../stores/choices.ts";
import { openPage } from "../stores/frame.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Picker, type PickerItem } from "../ui/picker.tsx";
import { PickerButton } from "./picker-button.tsx";

/** Who answers: those that are here, the few everybody knows, and the way to all others. Picking one asks what it can do. */
export function AgentPicker({
  agents,
  agentId,
  onChoose,
}: {
  agents: readonly Agent[];
  agentId: string;
  onChoose: (agentId: string) => void;
}): React.JSX.Element {
  const recents = useRecents("agent");
  const [open, setOpen] = useState(false);
  const { here, known, others } = shelvesOf(agents.filter((agent) => agent.enabled || agent.id === agentId));
  const items = [...here, ...known, ...others.filter((agent) => agent.id === agentId)].map((agent): PickerItem => ({
    value: agent.id,
    label: agent.label,
    icon: <AgentMark agentId={agent.id} />,
    ...rowOf(agent),
    words: agent.id,
  }));
  /** Whether the row that is pressed leaves the list open. */
  const staysOpen = useRef(false);
  const label = agents.find((agent) => agent.id === agentId)?.label ?? agentId;
  return (
    <Picker
      label="Agent"
      items={items}
      value={agentId}
      recents={recents}
      side="top"
      open={open}
      onOpenChange={(next) => {
        setOpen(next || staysOpen.current);
        staysOpen.current = false;
      }}
      onChange={(value) => {
        const agent = agents.find(({ id }) => id === value);
        if (agent && canBeInstalled(agent)) {
          staysOpen.current = true;
          installOrStop(agent);
          return;
        }
        noteRecent("agent", value);
        onChoose(value);
        void attempt("The agent was not asked what it can do", () => rpc.agents.choose({ id: value }));
      }}
      emptyText="No agent by that name."
      footer={
        <button
          type="button"
          onClick={() => {
            setOpen(false);
            openPage({ kind: "settings", section: "agents" });
          }}
          className="row w-full rounded-control px-2 text-left text-muted hover:bg-hover hover:text-text"
        >
          All agents…
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

/** One that isn't here and comes from npm is installed by its row, and the install is stopped by it. */
function canBeInstalled({ status, install }: Agent): boolean {
  return install !== null && (status === "unavailable" || install.goingBytes !== null) && install.installed === null;
}

function installOrStop({ id, label, install }: Agent): void {
  if (install?.goingBytes === null) void attempt(`${label} was not installed`, () => rpc.agents.install({ id }));
  else void attempt(`The install of ${label} was not stopped`, () => rpc.agents.stopInstall({ id }));
}

function rowOf(agent: Agent): Pick<PickerItem, "hint" | "detail" | "disabled"> {
  const { install, status, found } = agent;
  if (install && canBeInstalled(agent)) {
    if (install.goingBytes !== null) return { hint: "Stop", detail: progressText(install) ?? "" };
    return {
      hint: install.problem ? "Try again" : "Install",
      detail: install.problem ?? `from npm, ${roomText(install.aboutBytes)}`,
    };
  }
  // What it said before doesn't keep it from being tried.
  const disabled = status === "unavailable";
  return found === "no" && disabled ? { hint: "not found", disabled } : { detail: agentDetail(agent), disabled };
}

/** Why it can't be chosen, or what to know before it is. */
function agentDetail(agent: Agent): string | undefined {
  if (agent.status === "loading") return agent.found === "yes" ? undefined : "being looked for";
  if (agent.status !== "ready") return agent.reason ?? "unavailable";
  if (agent.asks === "no") return "doesn’t ask before it acts";
  if (agent.changedUnaskedAt !== null) return "edits without asking, as seen here";
  return agent.asks === "unknown" ? "not known to ask before it acts" : undefined;
}
