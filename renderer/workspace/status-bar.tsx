import { GitBranch } from "lucide-react";
import { branchText } from "../../shared/branch-text.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { runCommand } from "../commands/registry.ts";
import { activeTabOf } from "../commands/actions.ts";
import { useActiveRun, useAgent, useApp, useFileProblems, useChat, useSession } from "../stores/app.ts";
import { waitsForPerson } from "../stores/chat-state.ts";
import { useChangeCount } from "../stores/changes.ts";
import { useAway, useConnection } from "../stores/connection.ts";
import { openPage, useSessionId } from "../stores/frame.ts";
import { useLayouts } from "../stores/layout.ts";
import { cx } from "../ui/cx.ts";
import { agentState } from "../ui/agent-state.ts";
import { StateDot, type DotState } from "../ui/state-dot.tsx";
import { ProcessesButton } from "./processes.tsx";

const part = "inline-flex h-full min-w-0 items-center gap-1.5 px-2 touch:text-small";
const button = `${part} hover:bg-hover hover:text-text -outline-offset-2`;

/** One line of facts: branch, working copy, the chat's agent, connection, processes. */
export function StatusBar(): React.JSX.Element {
  const connected = useConnection((state) => state.state === "open");
  const session = useSession(useSessionId());
  const warnings = useApp((state) => state.app?.info.warnings) ?? [];
  return (
    <footer
      aria-label="Status"
      className="old-when-away flex h-6 shrink-0 items-stretch overflow-hidden border-t border-line bg-panel px-1 text-small text-muted"
    >
      {connected ? null : (
        <span role="status" className={cx(part, "text-changed")}>
          <StateDot state="none" />
          Reconnecting…
        </span>
      )}
      {session ? (
        <>
          <span className={cx(part, "selectable")} title={session.workingCopy.path}>
            <GitBranch className="size-3 shrink-0 text-faint" aria-hidden />
            <span className="truncate">{branchText(session.workingCopy) ?? startOf(session.workingCopy)}</span>
          </span>
          <ChangesPart session={session} />
          <AgentPart />
        </>
      ) : null}
      <span className="flex-1" />
      {warnings.length > 0 ? (
        <button
          type="button"
          className={cx(button, "shrink-0 text-changed")}
          title={warnings.join("\n")}
          onClick={() => openPage({ kind: "settings", section: "about" })}
        >
          {warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`}
        </button>
      ) : null}
      <FileProblemsPart />
      <ProcessesButton className={cx(button, "shrink-0")} />
    </footer>
  );
}

/** Stays as long as a file of the person's own has lines that don't count. */
function FileProblemsPart(): React.JSX.Element | null {
  const problems = useFileProblems();
  const [first] = problems;
  if (!first) return null;
  const name = first.path.split(/[\\/]/).at(-1) ?? first.path;
  return (
    <button
      type="button"
      className={cx(button, "shrink-0 text-changed")}
      title={problems.map(({ path, line, message }) => `${path}${line === null ? "" : `:${line}`} ${message}`).join("\n")}
      onClick={() => openPage({ kind: "settings", section: name === "agents.json" ? "agents" : "general" })}
    >
      {problems.length > 1 ? `${problems.length} wrong lines` : first.line === null ? name : `${name}:${first.line}`}
    </button>
  );
}

function ChangesPart({ session }: { session: Session }): React.JSX.Element {
  const { files } = useChangeCount(session.id);
  return (
    <button type="button" className={cx(button, "shrink-0")} onClick={() => runCommand("view.changes")}>
      {session.workingCopy.kind === "worktree" ? "worktree" : "project folder"} · {changesText(files)}
    </button>
  );
}

function changesText(files: number): string {
  return files === 0 ? "no changes" : files === 1 ? "1 change" : `${files} changes`;
}

/** The agent of the chat in front, and what it is doing. */
function AgentPart(): React.JSX.Element | null {
  const sessionId = useSessionId();
  const chatId = useLayouts(() => {
    const tab = activeTabOf(sessionId);
    return tab?.kind === "chat" ? tab.id : null;
  });
  const chat = useChat(chatId);
  const run = useActiveRun(chatId);
  const agent = useAgent(run?.agentId ?? chat?.lastAgentId);
  const away = useAway();
  if (!agent) return null;
  const state: DotState = away ? "none" : run ? (waitsForPerson(run) ? "waiting" : "working") : agentState(agent).dot;
  const words = run
    ? waitsForPerson(run)
      ? run.status === "paused"
        ? "paused"
        : "needs you"
      : run.status === "queued"
        ? "queued"
        : "working"
    : agentState(agent).word.toLowerCase();
  return (
    <button
      type="button"
      className={button}
      title={agent.reason ?? undefined}
      onClick={() => openPage({ kind: "settings", section: "agents" })}
    >
      <StateDot state={state} />
      <span className="truncate">{away ? agent.label : `${agent.label} ${words}`}</span>
    </button>
  );
}

/** Where a session that isn't made yet begins: the base's name, or the commit's short id. */
function startOf({ kind, baseRef, baseCommit }: Session["workingCopy"]): string {
  if (kind === "in-place") return "in place";
  return `from ${baseRef ?? baseCommit?.slice(0, 8) ?? "the project"}`;
}
