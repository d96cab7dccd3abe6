import { useState } from "react";
import type { Agent } from "../../shared/contract/agents.ts";
import { attempt, showNewTerminal } from "../commands/actions.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useSessionId } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";

/** The ways to sign in that an agent offers, while nobody is. One in a terminal opens its tab, which closes by itself. */
export function SignIn({ agent }: { agent: Agent }): React.JSX.Element | null {
  const sessionId = useSessionId();
  const [going, setGoing] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  if (agent.status !== "signed_out" || agent.signIn.length === 0) return null;
  const begin = async (methodId: string): Promise<void> => {
    setGoing(methodId);
    setProblem(null);
    try {
      const { terminalId } = await rpc.agents.signIn({ id: agent.id, methodId, ...(sessionId ? { sessionId } : {}) });
      if (terminalId !== null && sessionId !== null) showNewTerminal(sessionId, terminalId);
    } catch (error) {
      setProblem(callFailure(error).message);
    }
    setGoing(null);
  };
  const lacksSession = sessionId === null && agent.signIn.some((method) => method.kind === "terminal");
  return (
    <div className="mt-1.5 flex flex-col gap-1 pl-6">
      <div className="flex flex-wrap gap-1.5">
        {agent.signIn.map(({ id, name, description, kind }) => (
          <Button
            key={id}
            title={description ?? undefined}
            disabled={going !== null || (kind === "terminal" && sessionId === null)}
            onClick={() => void begin(id)}
          >
            {going === id ? "Waits for you to sign in…" : name}
          </Button>
        ))}
        {going === null ? null : (
          <Button
            variant="plain"
            onClick={() => void attempt("The sign-in was not stopped", () => rpc.agents.stopSignIn({ id: agent.id }))}
          >
            Stop
          </Button>
        )}
      </div>
      {lacksSession ? <p className="text-small text-muted">A terminal needs a session: open one to sign in there.</p> : null}
      {problem === null || agent.reason?.includes(problem) ? null : (
        <p role="alert" className="selectable text-small break-words text-removed">
          {problem}
        </p>
      )}
    </div>
  );
}
