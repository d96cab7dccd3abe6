/** What the desktop shell's preload puts on the page. Absent in a browser. */
export type DesktopBridge = {
  platform: string;
  /** Asks the shell for a new port to the core; it comes as a window message with `hearthPortMessage` as data. */
  connect: () => Promise<void>;
  /** The system's folder dialog; null when the person cancelled. */
  pickFolder: () => Promise<string | null>;
  openExternal: (url: string) => void;
  /** The number on the dock or task bar; 0 removes it. */
  setBadge: (count: number) => void;
  notify: (note: { title: string; body: string; tabId: string }) => void;
  /** A command chosen in the system menu, by its id. Returns what takes the listener off again. */
  onCommand: (listener: (commandId: string) => void) => () => void;
  /** A notification was clicked. */
  onFocusTab: (listener: (tabId: string) => void) => () => void;
};

/** The data of the window message that carries the port. */
export const hearthPortMessage = "hearth:port";

declare global {
  interface Window {
    readonly hearth?: DesktopBridge;
  }
}

/** The shell this page runs in; null in a browser. */
export const desktop: DesktopBridge | null = window.hearth ?? null;
