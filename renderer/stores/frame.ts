import { create } from "zustand";
import type { SettingsSectionId } from "../../shared/settings-sections.ts";

/** What lies over the workspace, one at a time. */
export type FrameDialog =
  | { kind: "palette" }
  | { kind: "agent-hook"; agentId: string }
  /** `at`: the button that it opens at. */
  | { kind: "new-session"; projectId: string; at?: "project" | "start" }
  | { kind: "trust"; projectId: string }
  | { kind: "delete-session"; sessionId: string }
  | { kind: "remove-project"; projectId: string };

/** What stands in the session's place, one at a time. */
export type FramePage =
  | { kind: "settings"; section?: SettingsSectionId }
  | { kind: "processes" }
  | { kind: "add-project" }
  | { kind: "locate-project"; projectId: string };

/** The title that is being written, and where. */
export type Renaming = { kind: "session" | "tags"; id: string; at: "title bar" | "sidebar" } | { kind: "chat"; id: string };

type Frame = {
  dialog: FrameDialog | null;
  page: FramePage | null;
  renaming: Renaming | null;
  /** The sidebar as a drawer, on small screens. */
  drawerOpen: boolean;
  inboxOpen: boolean;
  /** The session on screen; null shows the start. */
  sessionId: string | null;
};

const sessionKey = "hearth.session";

export const useFrame = create<Frame>(() => ({
  dialog: null,
  page: null,
  renaming: null,
  drawerOpen: false,
  inboxOpen: false,
  sessionId: localStorage.getItem(sessionKey),
}));

export const useSessionId = (): string | null => useFrame((s) => s.sessionId);

/** What was opened from the drawer takes its place. */
export function openDialog(dialog: FrameDialog): void {
  useFrame.setState({ dialog, drawerOpen: false });
}

/** Closes the dialog; given a kind, only if it is that one. */
export function closeDialog(kind?: FrameDialog["kind"]): void {
  useFrame.setState((state) => (kind && state.dialog?.kind !== kind ? state : { dialog: null }));
}

/** Shows a page instead of the session, which stays as it is below. */
export function openPage(page: FramePage): void {
  useFrame.setState({ page, dialog: null, drawerOpen: false, inboxOpen: false });
}

export function closePage(): void {
  useFrame.setState({ page: null });
}

export function startRenaming(renaming: Renaming): void {
  useFrame.setState({ renaming });
}

export function stopRenaming(): void {
  useFrame.setState({ renaming: null });
}

/** Shows a session, and remembers it for the next start. */
export function selectSession(sessionId: string | null): void {
  putSession(sessionId);
  useFrame.setState({ page: null, drawerOpen: false });
}

/** The same, below what was opened over it meanwhile. */
export function putSession(sessionId: string | null): void {
  if (sessionId) localStorage.setItem(sessionKey, sessionId);
  else localStorage.removeItem(sessionKey);
  useFrame.setState({ sessionId });
}

export function setDrawer(drawerOpen: boolean): void {
  useFrame.setState({ drawerOpen });
}

export function setInboxOpen(inboxOpen: boolean): void {
  useFrame.setState({ inboxOpen });
}
