import type { Project } from "../../shared/contract/projects.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { focusInPane } from "../commands/focus-pane.ts";
import { rpc } from "../rpc.ts";
import { rememberChoice } from "../stores/choices.ts";
import { openDialog, selectSession } from "../stores/frame.ts";

export type SessionWish = { workingCopy: "worktree" | "in-place"; base?: string; title?: string; fetch?: boolean };

/** A prompt that is laid ready in a session's first chat, with the agent it is for. */
export type Tour = { agentId: string; prompt: string };

/** How a session works by default: in a worktree where there can be one. */
export async function defaultWish(project: Project): Promise<SessionWish> {
  if (project.kind === "folder") return { workingCopy: "in-place" };
  const { bases } = await rpc.projects.bases({ id: project.id });
  return { workingCopy: bases.length > 0 ? "worktree" : "in-place" };
}

/** Makes a session and shows it instead of what asked for it; in a project that isn't trusted, asks for trust next. */
export async function startSession(project: Project, wish: SessionWish, tour: Tour | null = null): Promise<Session> {
  const session = await rpc.sessions.create({ projectId: project.id, ...wish });
  if (tour) {
    const chat = await rpc.chats.create({ sessionId: session.id });
    await rpc.chats.saveDraft({ id: chat.id, blocks: [{ type: "text", text: tour.prompt }] });
    rememberChoice(chat.id, { agentId: tour.agentId, byAgent: {} });
  }
  selectSession(session.id);
  if (project.trust === "trusted") focusInPane();
  else openDialog({ kind: "trust", projectId: project.id });
  return session;
}
