import { create } from "zustand";

/** What lies over the workspace, one at a time. */
export type FrameDialog =
  | { kind: "palette" }
  | { kind: "shortcuts" }
  | { kind: "processes" }
  | { kind: "settings"; section?: string }
  | { kind: "add-project" }
  | { kind: "new-session"; projectId: string }
  | { kind: "trust"; projectId: string }
  | { kind: "delete-session"; sessionId: string }
  | { kind: "rename-session"; sessionId: string }
  | { kind: "rename-chat"; chatId: string }
  | { kind: "remove-project"; projectId: string }
  | { kind: "locate-project"; projectId: string };

type Frame = {
  dialog: FrameDialog | null;
  /** The sidebar as a drawer, on small screens. */
  drawerOpen: boolean;
  inboxOpen: boolean;
  /** The session on screen; null shows the start. */
  sessionId: string | null;
};

const sessionKey = "hearth.session";

export const useFrame = create<Frame>(() => ({
  dialog: null,
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

/** Shows a session, and remembers it for the next start. */
export function selectSession(sessionId: string | null): void {
  if (sessionId) localStorage.setItem(sessionKey, sessionId);
  else localStorage.removeItem(sessionKey);
  useFrame.setState({ sessionId, drawerOpen: false });
}

export function setDrawer(drawerOpen: boolean): void {
  useFrame.setState({ drawerOpen });
}

export function setInboxOpen(inboxOpen: boolean): void {
  useFrame.setState({ inboxOpen });
}
