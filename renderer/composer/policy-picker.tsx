import type { Agent } from "../../shared/contract/agents.ts";
import type { Policy, Session } from "../../shared/contract/sessions.ts";
import { policyNames } from "../../shared/policy-words.ts";
import { callFailure, rpc } from "../rpc.ts";
import { Picker } from "../ui/picker.tsx";
import { toast } from "../ui/toast.tsx";
import { PickerButton } from "./picker-button.tsx";
import { policyInForce, type InForce } from "./policy-in-force.ts";

const policies: Record<Policy, { label: string; hint: string }> = {
  ask: { label: policyNames.ask, hint: "asks before edits and commands" },
  "accept-edits": { label: policyNames["accept-edits"], hint: "asks before commands" },
  plan: { label: policyNames.plan, hint: "reads, changes nothing" },
  full: { label: policyNames.full, hint: "asks only for protected files" },
};

type Props = { session: Session; agent: Agent | undefined; modeId: string | null };

/** What the agent may do without asking; where it would do more than the policy says, that is said in its place. */
export function PolicyPicker({ session, agent, modeId }: Props): React.JSX.Element {
  const { policy } = session;
  const shown = tell(policy, agent, policyInForce(policy, agent, modeId));
  return (
    <Picker
      label="What may be done without asking"
      items={Object.entries(policies).map(([value, { label, hint }]) => ({ value, label, detail: hint }))}
      value={policy}
      side="top"
      onChange={(value) => {
        const chosen = (Object.keys(policies) as Policy[]).find((one) => one === value);
        if (chosen && chosen !== policy) void update(session, { policy: chosen });
      }}
      footer={agent?.asks === "no" ? <Consent session={session} agent={agent} /> : undefined}
      trigger={
        <PickerButton name={`Policy: ${shown.label}, ${shown.hint}`} className={shown.tone}>
          {shown.label}
        </PickerButton>
      }
    />
  );
}

function tell(policy: Policy, agent: Agent | undefined, inForce: InForce): { label: string; hint: string; tone?: string } {
  const { label, hint } = policies[policy];
  const name = agent?.label ?? "The agent";
  switch (inForce.kind) {
    case "policy":
      return { label, hint, ...(policy === "full" ? { tone: "text-changed" } : {}) };
    case "loose-mode":
      return { label: inForce.modeName, hint: `in this mode ${name} doesn’t ask as ${label} says`, tone: "text-removed" };
    case "never-asks":
      return { label: "Doesn’t ask", hint: `${name} never asks, so ${label} doesn’t hold`, tone: "text-removed" };
    case "unknown":
      return { label: `${label}, if it asks`, hint: `${name} isn’t known to ask; ${hint} if it does`, tone: "text-changed" };
  }
}

/** The person's word that an agent which never asks may work here under *plan* and in place; taken back as easily. */
function Consent({ session, agent }: { session: Session; agent: Agent }): React.JSX.Element {
  const given = session.unaskedAgents.includes(agent.id);
  const others = session.unaskedAgents.filter((id) => id !== agent.id);
  return (
    <button
      type="button"
      aria-pressed={given}
      onClick={() => void update(session, { unaskedAgents: given ? others : [...others, agent.id] })}
      className="row w-full rounded-control px-2 text-left text-muted hover:bg-hover hover:text-text"
    >
      {given ? `${agent.label} may work here unasked. Take it back` : `Let ${agent.label} work here unasked`}
    </button>
  );
}

async function update(session: Session, change: { policy?: Policy; unaskedAgents?: string[] }): Promise<void> {
  try {
    await rpc.sessions.update({ id: session.id, ...change });
  } catch (error) {
    toast({ title: "The policy is as it was", detail: callFailure(error).message, tone: "failed" });
  }
}
