import { useEffect, useState } from "react";
import type { AgentCommand } from "../../shared/run-event.ts";
import type { FileMatch } from "../../shared/contract/files.ts";
import { callFailure, rpc } from "../rpc.ts";
import type { Trigger } from "./trigger.ts";

/** A command of Hearth's own: runs at once, nothing is sent. */
export type OwnCommand = { name: string; description: string; run: () => void };

export type Suggestion =
  | { kind: "file"; key: string; match: FileMatch }
  | { kind: "command"; key: string; group: string; command: AgentCommand }
  | { kind: "own"; key: string; group: string; command: OwnCommand };

export type Suggestions = { list: Suggestion[]; state: "ready" | "searching" | "failed"; problem: string | null };

const none: Suggestions = { list: [], state: "ready", problem: null };
const mostFiles = 12;

/** Where suggestions come from. */
export type Sources = { sessionId: string; agentLabel: string; commands: readonly AgentCommand[]; own: readonly OwnCommand[] };

/** What fits the trigger, best first. */
export function useSuggestions(trigger: Trigger | null, { sessionId, agentLabel, commands, own }: Sources): Suggestions {
  const files = useFiles(sessionId, trigger?.kind === "mention" ? trigger.query : null);
  if (!trigger) return none;
  return trigger.kind === "mention" ? files : { ...none, list: matchCommands(trigger.query, agentLabel, commands, own) };
}

/** The agent's commands, then Hearth's; within each those that begin with the query first. Capitals don't matter. */
export function matchCommands(
  query: string,
  agentLabel: string,
  commands: readonly AgentCommand[],
  own: readonly OwnCommand[],
): Suggestion[] {
  const rank = ({ name, description }: { name: string; description: string }): number => {
    const wanted = query.toLowerCase();
    if (name.toLowerCase().startsWith(wanted)) return 0;
    if (name.toLowerCase().includes(wanted)) return 1;
    return description.toLowerCase().includes(wanted) ? 2 : 3;
  };
  const fitting = <T extends { name: string; description: string }>(all: readonly T[]): T[] =>
    all.filter((one) => rank(one) < 3).toSorted((a, b) => rank(a) - rank(b));
  return [
    ...fitting(commands).map((command): Suggestion => ({
      kind: "command",
      key: `a:${command.name}`,
      group: agentLabel,
      command,
    })),
    ...fitting(own).map((command): Suggestion => ({ kind: "own", key: `h:${command.name}`, group: "Hearth", command })),
  ];
}

/** Searches as the query changes; an answer that was overtaken is dropped, the last one stays until the next is here. */
function useFiles(sessionId: string, query: string | null): Suggestions {
  const [answer, setAnswer] = useState<Suggestions & { to: string | null }>({ ...none, to: null });
  useEffect(() => {
    if (query === null) return;
    let overtaken = false;
    rpc.files.search({ sessionId, query, limit: mostFiles }).then(
      (matches) => {
        if (!overtaken)
          setAnswer({
            to: query,
            list: matches.map((match) => ({ kind: "file", key: match.path, match })),
            state: "ready",
            problem: null,
          });
      },
      (error: unknown) => {
        if (!overtaken) setAnswer({ to: query, list: [], state: "failed", problem: callFailure(error).message });
      },
    );
    return () => {
      overtaken = true;
    };
  }, [sessionId, query]);
  if (query === null) return none;
  return answer.to === query ? answer : { ...answer, state: "searching", problem: null };
}
