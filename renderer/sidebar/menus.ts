import type { Project } from "../../shared/contract/projects.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { archiveSession, attempt, newSession } from "../commands/actions.ts";
import { rpc } from "../rpc.ts";
import { openDialog, openPage, startRenaming } from "../stores/frame.ts";
import type { MenuEntries } from "../ui/menu.tsx";
import { toast } from "../ui/toast.tsx";

export function sessionMenu(session: Session): MenuEntries {
  const { id } = session;
  return [
    { label: "Rename", onSelect: () => startRenaming({ kind: "session", id, at: "sidebar" }) },
    { label: "Tags", onSelect: () => startRenaming({ kind: "tags", id, at: "sidebar" }) },
    {
      label: session.unread ? "Mark as read" : "Mark as unread",
      onSelect: () => void attempt("The session was not changed", () => rpc.sessions.update({ id, unread: !session.unread })),
    },
    { label: "Copy path of the working copy", onSelect: () => void copy(session.workingCopy.path) },
    session.workingCopy.branch !== null && {
      label: "Copy branch name",
      onSelect: () => void copy(session.workingCopy.branch ?? ""),
    },
    session.workingCopy.state === "missing" && {
      label: "Make the worktree again",
      onSelect: () => void attempt("The worktree was not made", () => rpc.sessions.recreate({ id })),
    },
    { kind: "separator" },
    session.status === "open"
      ? { label: "Archive", onSelect: () => void archiveSession(id) }
      : { label: "Restore", onSelect: () => void archiveSession(id, "open") },
    { label: "Delete…", danger: true, onSelect: () => openDialog({ kind: "delete-session", sessionId: id }) },
  ];
}

export function projectMenu(project: Project): MenuEntries {
  return [
    { label: "New session…", onSelect: () => newSession(project.id, "project") },
    { label: "Copy path", onSelect: () => void copy(project.path) },
    project.missing && {
      label: "Locate…",
      onSelect: () => openPage({ kind: "locate-project", projectId: project.id }),
    },
    {
      label: project.trust === "trusted" ? "What it may run…" : "Trust…",
      onSelect: () => openDialog({ kind: "trust", projectId: project.id }),
    },
    project.trust !== "untrusted" && {
      label: "Trust no longer",
      onSelect: () => void attempt("The project is still trusted", () => rpc.projects.distrust({ id: project.id })),
    },
    { kind: "separator" },
    { label: "Remove from Hearth…", danger: true, onSelect: () => openDialog({ kind: "remove-project", projectId: project.id }) },
  ];
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ title: "Copied", detail: text });
  } catch {
    toast({ title: "The clipboard can’t be reached from here", detail: text, tone: "failed" });
  }
}
