import type { Agent } from "../../shared/contract/agents.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { agentsDefault, withAgent, withOption, type ChatChoice } from "../stores/choices.ts";
import { AgentPicker } from "./agent-picker.tsx";
import { OptionsPicker } from "./options-picker.tsx";

type Props = { session: Session; agents: readonly Agent[]; choice: ChatChoice; onChoose: (choice: ChatChoice) => void };

/** Who answers and how: agent; model, mode and thinking. */
export function Pickers({ session, agents, choice, onChoose }: Props): React.JSX.Element {
  const agent = agents.find((one) => one.id === choice.agentId);
  const chosen = choice.byAgent[choice.agentId] ?? agentsDefault;
  return (
    <>
      <AgentPicker agents={agents} agentId={choice.agentId} onChoose={(agentId) => onChoose(withAgent(choice, agentId))} />
      {agent ? (
        <OptionsPicker
          key={agent.id}
          session={session}
          agent={agent}
          chosen={chosen}
          onChoose={(part) => onChoose(withOption(choice, part))}
        />
      ) : null}
    </>
  );
}
