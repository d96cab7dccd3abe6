import type { ReactNode } from "react";
import type { InboxItem } from "../shared/contract/permissions.ts";
import { ApprovalCard } from "./approvals/approval-card.tsx";
import { newSession } from "./commands/actions.ts";
import { useShortcut } from "./commands/keys.ts";
import { InboxPanel } from "./inbox/inbox-panel.tsx";
import { Sidebar } from "./sidebar/sidebar.tsx";
import { useApp, useSession } from "./stores/app.ts";
import { useAway, useConnection } from "./stores/connection.ts";
import { useFrame, useSessionId } from "./stores/frame.ts";
import { useViewport } from "./stores/viewport.ts";
import { MainButton } from "./ui/main-button.tsx";
import { EmptyState } from "./ui/empty-state.tsx";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { Skeleton, WhyLoading } from "./ui/skeleton.tsx";
import { Toasts } from "./ui/toast.tsx";
import { TooltipProvider } from "./ui/tooltip.tsx";
import { cx } from "./ui/cx.ts";
import { Sight } from "./ui/ember.ts";
import { Dialogs } from "./dialogs.tsx";
import { Pages } from "./pages.tsx";
import { FirstPage, tabViews } from "./features.tsx";
import { SessionNote } from "./workspace/session-note.tsx";
import { SidebarColumn } from "./workspace/sidebar-column.tsx";
import { SignedOut } from "./workspace/signed-out.tsx";
import { ConnectionLine } from "./workspace/connection-line.tsx";
import { StatusBar } from "./workspace/status-bar.tsx";
import { TitleBar } from "./workspace/title-bar.tsx";
import { Workspace } from "./workspace/workspace.tsx";

/** The frame: title bar, sidebar, the session's panes with the inbox over them, status bar. */
export function App(): React.JSX.Element {
  const signedOut = useConnection((state) => state.state === "signed-out");
  const away = useAway();
  return (
    <TooltipProvider>
      <WhyLoading value={away ? "Hearth isn’t answering. This is loaded when it is back." : null}>
        <div className="isolate flex h-full flex-col pt-[env(safe-area-inset-top)] pr-[env(safe-area-inset-right)] pb-[env(safe-area-inset-bottom)] pl-[env(safe-area-inset-left)]">
          <ErrorBoundary what="Hearth">{signedOut ? <SignedOut /> : <Frame />}</ErrorBoundary>
        </div>
      </WhyLoading>
      <Toasts />
    </TooltipProvider>
  );
}

function Frame(): React.JSX.Element {
  const inboxOpen = useFrame((state) => state.inboxOpen);
  const phone = useViewport() === "phone";
  return (
    <>
      <TitleBar />
      <ConnectionLine />
      <div className="flex min-h-0 flex-1">
        <SidebarColumn>
          <ErrorBoundary what="The sidebar">
            <Sidebar />
          </ErrorBoundary>
        </SidebarColumn>
        <div className="relative flex min-w-0 flex-1 flex-col">
          <ErrorBoundary what="The session">
            <Center />
          </ErrorBoundary>
          {inboxOpen ? <InboxPanel renderApproval={renderInInbox} /> : null}
        </div>
      </div>
      {phone ? null : <StatusBar />}
      <ErrorBoundary what="The dialog">
        <Dialogs />
      </ErrorBoundary>
    </>
  );
}

/** A card in the inbox lies over the same one in its chat. */
function renderInInbox(item: InboxItem): ReactNode {
  return (
    <Sight value="panel">
      <ApprovalCard item={item} />
    </Sight>
  );
}

/** The session, and instead of it a page; below that it stays as it is, its terminals and reading places with it. */
function Center(): ReactNode {
  const isBelow = useFrame((state) => state.page !== null);
  return (
    <>
      <div inert={isBelow} className={cx("flex min-h-0 flex-1 flex-col", isBelow && "invisible")}>
        <Shown />
      </div>
      <Pages />
    </>
  );
}

function Shown(): ReactNode {
  const loaded = useApp((state) => state.app !== null);
  const hasProjects = useApp((state) => (state.app?.projects.length ?? 0) > 0);
  const session = useSession(useSessionId());
  if (!loaded) return <Skeleton rows={6} className="p-4" label="Connecting to Hearth" />;
  if (!hasProjects) {
    return (
      <main className="min-h-0 flex-1 overflow-y-auto">
        <FirstPage />
      </main>
    );
  }
  if (!session) return <Start />;
  return (
    <>
      <SessionNote session={session} />
      <main aria-label={session.title || "New session"} className="min-h-0 flex-1">
        <Workspace key={session.id} sessionId={session.id} tabViews={tabViews} />
      </main>
    </>
  );
}

function Start(): React.JSX.Element {
  const shortcut = useShortcut("session.new");
  const phone = useViewport() === "phone";
  return (
    <main className="min-h-0 flex-1">
      <EmptyState
        action={
          <MainButton shortcut={shortcut} data-new-session="start" onClick={() => newSession(undefined, "start")}>
            New session
          </MainButton>
        }
      >
        {phone ? "Choose a session in the menu" : "Choose a session at the left"}, or start one: it gets a worktree of its own.
      </EmptyState>
    </main>
  );
}
