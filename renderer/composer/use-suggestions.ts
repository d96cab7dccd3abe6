import { useEffect, useState } from "react";
import type { FileCommand } from "../../shared/contract/agent-commands.ts";
import type { FileMatch } from "../../shared/contract/files.ts";
import { callFailure, rpc } from "../rpc.ts";
import { matchCommands, type CommandSources, type CommandSuggestion } from "./command-groups.ts";
import type { Trigger } from "./trigger.ts";

export type Suggestion = { kind: "file"; key: string; match: FileMatch } | CommandSuggestion;

export type Suggestions = { list: Suggestion[]; state: "ready" | "searching" | "failed"; problem: string | null };

const none: Suggestions = { list: [], state: "ready", problem: null };
const mostFiles = 12;

/** Where suggestions come from. */
export type Sources = Omit<CommandSources, "inFiles"> & { sessionId: string; chatId: string; agentId: string };

/** What fits the trigger, best first. */
export function useSuggestions(trigger: Trigger | null, sources: Sources): Suggestions {
  const files = useFiles(sources.sessionId, trigger?.kind === "mention" ? trigger.query : null);
  const inFiles = useFileCommands(sources.agentId, sources.chatId, trigger?.kind === "command");
  if (!trigger) return none;
  return trigger.kind === "mention" ? files : { ...none, list: matchCommands(trigger.query, { ...sources, inFiles }) };
}

/**
 * The commands that stand in files, read each time the menu opens: the person writes them, too. Where they can't be
 * read, the others are offered all the same.
 */
function useFileCommands(agentId: string, chatId: string, wanted: boolean): readonly FileCommand[] {
  const [read, setRead] = useState<{ of: string; commands: readonly FileCommand[] }>({ of: "", commands: [] });
  const of = `${agentId} ${chatId}`;
  useEffect(() => {
    if (!wanted) return;
    let overtaken = false;
    rpc.agents.commands({ id: agentId, chatId }).then(
      ({ commands }) => {
        if (!overtaken) setRead({ of: `${agentId} ${chatId}`, commands });
      },
      () => undefined,
    );
    return () => {
      overtaken = true;
    };
  }, [agentId, chatId, wanted]);
  return read.of === of ? read.commands : [];
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
