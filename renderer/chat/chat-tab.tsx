import { useMemo, useRef, useState } from "react";
import { tabKey, type Tab } from "../../shared/layout-tree.ts";
import { activeRun } from "../stores/chat-state.ts";
import { useAgents, useSession, useSettings } from "../stores/app.ts";
import { beginChoice, rememberChoice, useChoices, withAgent, type ChatChoice } from "../stores/choices.ts";
import { drafts, openChats, useOpenChat, useOutbox } from "../stores/open-chats.ts";
import { ownAgentId } from "../stores/own-agent-id.ts";
import { onTheWay } from "../stores/on-the-way.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { insertInTerminal } from "../commands/actions.ts";
import { closeFind, openFind } from "../commands/find.ts";
import { useIsFinding } from "../stores/finding.ts";
import { CodeActionsProvider } from "../markdown/code-actions.ts";
import { NamedFilesProvider } from "../markdown/file-names.ts";
import { LocalPicturesProvider } from "../markdown/local-pictures.ts";
import { rpc } from "../rpc.ts";
import { useHasHelper } from "../stores/own-models.ts";
import { summarize } from "../stores/summaries.ts";
import { lookForModels, useModelLook } from "../stores/use-model-look.ts";
import { Composer } from "../composer/composer.tsx";
import { TimelineActionsProvider } from "../timeline/timeline-actions.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ChatDocument } from "./chat-document.tsx";
import { ChatSummary } from "./chat-summary.tsx";
import { EmptyChat } from "./empty-chat.tsx";
import { useChosenAgent } from "./use-chosen-agent.ts";
import { fallbackChoice } from "./fallback-agent.ts";
import { ownAgentToOffer } from "./own-agent.ts";
import { practiceTour } from "./practice-tour.ts";
import { useChatActions } from "./use-chat-actions.tsx";
import { useLiveChanges } from "./use-live-changes.ts";
import { useNamedFiles } from "./use-named-files.ts";
import { useStopByEscape } from "./use-stop-by-escape.ts";

type Props = { sessionId: string; chatId: string };

/** A chat: its timeline, and the composer below it. Followed for as long as the tab is there. */
export function ChatTab({ sessionId, chatId }: Props): React.JSX.Element {
  const phase = useOpenChat(chatId, (chat) => chat.phase);
  const session = useSession(sessionId);
  if (phase.kind === "failed") {
    return (
      <ErrorState
        title="This chat can’t be read"
        details={`${phase.code}\n${phase.message}`}
        action={<Button onClick={() => openChats.retry(chatId)}>Try again</Button>}
      >
        Nothing of it is lost by that.
      </ErrorState>
    );
  }
  if (phase.kind === "loading" || !session) {
    return (
      <div className="mx-auto h-full w-full max-w-[76ch] p-4">
        <Skeleton rows={6} label="Loading the chat" />
      </div>
    );
  }
  return <OpenChat key={chatId} session={session} chatId={chatId} />;
}

type OpenProps = { session: Session; chatId: string };

/** Drawn anew when something else is to be done, not with each piece of an answer: the document alone follows those. */
function OpenChat({ session, chatId }: OpenProps): React.JSX.Element {
  const agents = useAgents();
  const settings = useSettings();
  const chosen = useChoices((state) => state.chats[chatId]);
  // A choice never changes by itself: runs that begin elsewhere while this is open don't move it.
  const [lastRun] = useState(() => openChats.get(chatId).getState().turns.at(-1)?.run ?? null);
  // Nor does who is asked in a chat where nobody was chosen: it is settled once the agents have been looked for.
  const [fallback, setFallback] = useState<ChatChoice | null>(null);
  const looked = agents.every((agent) => agent.status !== "loading" || agent.found === "yes");
  const ofProject = settings?.projectChoices[session.projectId];
  const begins = fallback ?? fallbackChoice(ofProject, settings?.defaultAgentId ?? null, session.agentIds, agents);
  if (fallback === null && looked) setFallback(begins);
  const [sends, setSends] = useState(0);
  const going = useOpenChat(chatId, activeRun);
  const queue = useOpenChat(chatId, (chat) => chat.queue);
  const isEmpty = useOpenChat(chatId, (chat) => chat.turns.length === 0);
  const outbox = useOutbox();
  const unsent = useOpenChat(chatId, (chat) => onTheWay(outbox, chatId, chat.turns, chat.queue));
  const unsentPrompts = useMemo(() => unsent.filter((item) => !item.queue), [unsent]);
  const actions = useChatActions(session.id, chatId, session.workingCopy.path, going !== null);
  const root = useRef<HTMLDivElement>(null);
  const tab: Tab = { kind: "chat", id: chatId };
  const finding = useIsFinding(tabKey(tab));
  const escape = useStopByEscape(going);
  const hasHelper = useHasHelper();
  useLiveChanges(session.id, chatId);
  const codeActions = useMemo(
    () => ({ insertInTerminal: (code: string) => void insertInTerminal(session.id, code) }),
    [session.id],
  );
  const pictures = useMemo(
    () => ({ root: session.workingCopy.path, read: (path: string) => rpc.files.picture({ sessionId: session.id, path }) }),
    [session.id, session.workingCopy.path],
  );
  const namedFiles = useNamedFiles(session.id, session.workingCopy.path);
  const choice = beginChoice(chosen, lastRun, begins);
  useChosenAgent(fallback === null ? null : choice.agentId, { projectId: session.projectId, chatId });
  const hasPractice = agents.some((agent) => agent.id === practiceTour.agentId && agent.enabled);
  const offered = ownAgentToOffer(agents, choice.agentId);
  useModelLook(choice.agentId === ownAgentId || isEmpty ? lookForModels : null);

  function chooseOwn(): void {
    rememberChoice(chatId, withAgent(choice, ownAgentId));
    root.current?.querySelector<HTMLElement>("[data-composer]")?.focus();
  }

  function beginTour(): void {
    rememberChoice(chatId, withAgent(choice, practiceTour.agentId));
    drafts.change(chatId, (draft) => ({ ...draft, text: practiceTour.prompt }));
    root.current?.querySelector<HTMLElement>("[data-composer]")?.focus();
  }

  /** To the document, which is read with the arrows. */
  function leaveComposer(): void {
    root.current?.querySelector<HTMLElement>("[role=log]")?.focus();
  }

  return (
    <TimelineActionsProvider value={actions}>
      <div ref={root} onKeyDown={escape.onKeyDown} className="flex h-full min-h-0 flex-col bg-canvas [container-type:size]">
        {isEmpty && unsentPrompts.length === 0 ? (
          <EmptyChat
            onTour={hasPractice ? beginTour : null}
            ownAgent={offered && { ...offered, onChoose: chooseOwn }}
            inPlace={session.workingCopy.kind === "in-place"}
          />
        ) : (
          <CodeActionsProvider value={codeActions}>
            <LocalPicturesProvider value={pictures}>
              <NamedFilesProvider value={namedFiles}>
                <ChatDocument
                  chatId={chatId}
                  unsent={unsentPrompts}
                  toEnd={sends}
                  finding={finding}
                  onCloseFind={() => closeFind(tab)}
                />
              </NamedFilesProvider>
            </LocalPicturesProvider>
          </CodeActionsProvider>
        )}
        <ChatSummary chatId={chatId} />
        <Composer
          session={session}
          chatId={chatId}
          choice={choice}
          going={going}
          queue={queue}
          unsent={unsent}
          ownCommands={[
            { name: "find", description: "Find in this chat", run: () => openFind(tab) },
            ...(hasHelper && !isEmpty
              ? [
                  {
                    name: "summary",
                    description: "What became of this chat, by the helper model",
                    run: () => void summarize(chatId),
                  },
                ]
              : []),
          ]}
          onSent={() => setSends(sends + 1)}
          escapeArmed={escape.armed}
          onEscape={() => escape.press() || leaveComposer()}
          onStop={() => void escape.stop()}
        />
      </div>
    </TimelineActionsProvider>
  );
}
