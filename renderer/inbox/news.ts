import type { InboxItem } from "../../shared/contract/permissions.ts";
import { subjectOf } from "../../shared/inbox.ts";
import type { Terminal } from "../../shared/contract/terminals.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { Tab } from "../../shared/layout-tree.ts";
import type { AppState, AppUpdate } from "../../shared/contract/system.ts";

/** Something a person who isn't looking should hear of. */
export type News = { kind: "needsYou" | "done" | "failed"; tab: Tab & { id: string }; title: string; body: string };

/**
 * What an update brings that deserves a notification. `before` and `after` are the states around it; `seen` says
 * whether a tab is in front of the person's eyes now; kinds that are muted are left out.
 */
export function newsOf(update: AppUpdate, before: AppState | null, after: AppState | null, seen: (tab: Tab) => boolean): News[] {
  if (!before || !after) return [];
  return allNews(update, before, after).filter((news) => after.settings.notify[news.kind] && !seen(news.tab));
}

function allNews(update: AppUpdate, before: AppState, after: AppState): News[] {
  if (update.type === "run") return runNews(update.run, before, after);
  if (update.type === "terminal") return terminalNews(update.terminal, before, after);
  if (update.type !== "inbox") return [];
  const known = new Set(before.inbox.map((item) => item.id));
  return update.inbox
    .filter((item) => !known.has(item.id))
    .map((item) => {
      const subject = subjectOf(item);
      return {
        kind: "needsYou",
        tab: subject.chatId === null ? { kind: "terminal", id: subject.id } : { kind: "chat", id: subject.chatId },
        title: `${agentLabel(after, subject.agentId)} ${whatWaits[item.kind]}`,
        body: placeOf(after, subject.sessionId),
      };
    });
}

const whatWaits: Record<InboxItem["kind"], string> = {
  permission: "asks for permission",
  question: "has a question",
  alarm: "changed files without asking",
  terminal: "waits for you in its terminal",
};

/** A turn on a terminal that was seen to go on has ended; that it waits is the inbox's news. */
function terminalNews({ id, sessionId, agent }: Terminal, before: AppState, after: AppState): News[] {
  const earlier = before.terminals.find((terminal) => terminal.id === id)?.agent?.state;
  if (agent?.state !== "done" || earlier === undefined || earlier === "done") return [];
  const title = `${agentLabel(after, agent.id)} is done`;
  return [{ kind: "done", tab: { kind: "terminal", id }, title, body: placeOf(after, sessionId) }];
}

/** Only runs known to have been going on count: a snapshot or a late word about an old run is no news. */
function runNews(run: Run, before: AppState, after: AppState): News[] {
  if (!before.activeRuns.some((active) => active.id === run.id)) return [];
  const agent = agentLabel(after, run.agentId);
  const body = placeOf(after, run.sessionId);
  const tab = { kind: "chat", id: run.chatId } as const;
  if (run.status === "completed") return [{ kind: "done", tab, title: `${agent} is done`, body }];
  if (run.status === "failed" || run.status === "interrupted") {
    return [
      {
        kind: "failed",
        tab,
        title: `${agent} failed`,
        body: [run.error?.message, body].filter(Boolean).join("\n"),
      },
    ];
  }
  return [];
}

function agentLabel(app: AppState, agentId: string): string {
  return app.agents.find((agent) => agent.id === agentId)?.label ?? agentId;
}

function placeOf(app: AppState, sessionId: string): string {
  const session = app.sessions.find((candidate) => candidate.id === sessionId);
  const project = app.projects.find((candidate) => candidate.id === session?.projectId);
  return [project?.name, session?.title || "New session"].filter(Boolean).join(" · ");
}
