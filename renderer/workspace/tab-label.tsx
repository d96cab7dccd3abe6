import { FileText, GitCompare, History, SquareTerminal } from "lucide-react";
import type { Tab } from "../../shared/layout-tree.ts";
import { subjectOf } from "../../shared/inbox.ts";
import { waitsForPerson } from "../stores/chat-state.ts";
import { useActiveRun, useAgent, useApp, useChat, useTerminal } from "../stores/app.ts";
import { useChangeCount } from "../stores/changes.ts";
import { endRenaming, renameChat } from "../commands/rename.ts";
import { useFrame } from "../stores/frame.ts";
import { TitleField } from "../ui/title-field.tsx";
import { visibleText } from "../../shared/visible-text.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { tuiDots } from "../../shared/tui-words.ts";
import { StateDot } from "../ui/state-dot.tsx";

/** What stands on a tab: a chat's number, title and state; a count of changes; a terminal's title. */
export function TabLabel({ tab, sessionId }: { tab: Tab; sessionId: string }): React.JSX.Element {
  switch (tab.kind) {
    case "chat":
      return <ChatLabel chatId={tab.id} />;
    case "terminal":
      return <TerminalLabel terminalId={tab.id} />;
    case "file":
      return (
        <>
          <FileText className="size-3.5 shrink-0 text-faint" aria-hidden />
          <span className="truncate" title={visibleText(tab.id)}>
            {visibleText(tab.id.slice(tab.id.lastIndexOf("/") + 1))}
          </span>
        </>
      );
    case "changes":
      return <ChangesLabel sessionId={sessionId} />;
    case "history":
      return (
        <>
          <History className="size-3.5 shrink-0 text-faint" aria-hidden />
          <span className="truncate">Checkpoints</span>
        </>
      );
  }
}

function ChatLabel({ chatId }: { chatId: string }): React.JSX.Element {
  const chat = useChat(chatId);
  const run = useActiveRun(chatId);
  const agent = useAgent(run?.agentId ?? chat?.lastAgentId);
  const waits = useApp((state) => state.app?.inbox.some((item) => subjectOf(item).chatId === chatId) ?? false);
  const isRenamed = useFrame(({ renaming }) => renaming?.kind === "chat" && renaming.id === chatId);
  const state = waits || (run && waitsForPerson(run)) ? "waiting" : run ? "working" : null;
  return (
    <>
      <span className="shrink-0 text-faint">
        <span className="sr-only">Chat </span>
        {chat?.tabNumber ?? ""}
      </span>
      {isRenamed ? (
        <TitleField
          label="Title of the chat"
          title={chat?.title ?? ""}
          onSave={(next) => renameChat(chatId, next)}
          onClose={endRenaming}
          className="field-sizing-content min-w-24"
        />
      ) : (
        <span className="truncate">{chat?.title || agent?.label || "New chat"}</span>
      )}
      {state ? <StateDot state={state} className="old-when-away" /> : null}
    </>
  );
}

function ChangesLabel({ sessionId }: { sessionId: string }): React.JSX.Element {
  const { files } = useChangeCount(sessionId);
  return (
    <>
      <GitCompare className="size-3.5 shrink-0 text-faint" aria-hidden />
      <span className="truncate">Changes</span>
      {files > 0 ? <span className="shrink-0 text-small text-muted">{files}</span> : null}
    </>
  );
}

function TerminalLabel({ terminalId }: { terminalId: string }): React.JSX.Element {
  const terminal = useTerminal(terminalId);
  const agent = terminal?.agent;
  const label = useAgent(agent?.id)?.label ?? agent?.id;
  return (
    <>
      {agent ? (
        <AgentMark agentId={agent.id} label={`${label}, in a terminal`} />
      ) : (
        <SquareTerminal className="size-3.5 shrink-0 text-faint" aria-hidden />
      )}
      <span className="truncate">{visibleText(terminal?.title || "Terminal")}</span>
      {agent && terminal?.status === "running" ? <StateDot state={tuiDots[agent.state]} className="old-when-away" /> : null}
      {terminal?.status === "exited" ? <span className="shrink-0 text-small text-faint">ended</span> : null}
    </>
  );
}
