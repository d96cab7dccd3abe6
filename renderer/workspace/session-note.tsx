import type { ReactNode } from "react";
import type { Session } from "../../shared/contract/sessions.ts";
import { archiveSession, attempt } from "../commands/actions.ts";
import { rpc } from "../rpc.ts";
import { useProject } from "../stores/app.ts";
import { openDialog, openPage } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { StateDot, type DotState } from "../ui/state-dot.tsx";

type Note = { dot: DotState; text: string; action?: ReactNode };

/** One line above the panes when something stands between the person and working in this session. */
export function SessionNote({ session }: { session: Session }): React.JSX.Element | null {
  const project = useProject(session.projectId);
  const note = noteOf(session, project?.missing ?? false, project?.trust ?? "trusted");
  if (!note) return null;
  return (
    <div role="status" className="row flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-panel px-3 py-1">
      <StateDot state={note.dot} />
      <span className="selectable min-w-0 flex-1 break-words">{note.text}</span>
      {note.action}
    </div>
  );
}

function noteOf(session: Session, missing: boolean, trust: "trusted" | "untrusted" | "changed"): Note | null {
  const { state, detail } = session.workingCopy;
  if (missing)
    return {
      dot: "failed",
      text: "The project’s folder isn’t where it was. Chats can be read; nothing can run.",
      action: <Button onClick={() => openPage({ kind: "locate-project", projectId: session.projectId })}>Locate…</Button>,
    };
  if (state === "preparing") return { dot: "working", text: detail ?? "The working copy is being prepared." };
  if (state === "failed")
    return { dot: "failed", text: detail ?? "The working copy could not be made.", action: recreate(session.id) };
  if (state === "missing")
    return {
      dot: "failed",
      text: "The worktree is gone. It can be made again from its latest checkpoint.",
      action: recreate(session.id),
    };
  if (trust !== "trusted") {
    const text =
      trust === "changed"
        ? "What this project can run has changed since you trusted it."
        : "This project isn’t trusted yet, so no agent can run in it.";
    return {
      dot: "waiting",
      text,
      action: <Button onClick={() => openDialog({ kind: "trust", projectId: session.projectId })}>Review</Button>,
    };
  }
  if (session.status === "archived")
    return {
      dot: "none",
      text: "This session is archived.",
      action: <Button onClick={() => void archiveSession(session.id, "open")}>Restore</Button>,
    };
  return null;
}

function recreate(id: string): ReactNode {
  return (
    <Button onClick={() => void attempt("The worktree was not made", () => rpc.sessions.recreate({ id }))}>Make it again</Button>
  );
}
