import { dialog, ipcMain, Notification, shell, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from "electron";
import * as z from "zod";
import { channels } from "./channels.ts";
import { externalUrl, isOurPage } from "./page.ts";

/**
 * The page's few wishes to the system. Each is heard only from the top frame of our page in our window, and only with
 * arguments of the right shape; anything else is dropped without a trace for whoever tries.
 */
export type BridgeDeps = {
  window(): BrowserWindow | null;
  /** Brings the window to the front, a new one where it was closed. */
  showWindow(): BrowserWindow;
  /** Hands the page a port to the core; rejects while there is none. */
  connect(window: BrowserWindow): Promise<void>;
  setBadge(count: number): void;
};

const note = z.strictObject({ title: z.string().max(200), body: z.string().max(1000), tabId: z.string().max(100) });
type Note = z.infer<typeof note>;

/** Notes that can still be clicked: one that is collected as garbage no longer tells of a click. */
const shownNotes = new Set<Notification>();
const maxShownNotes = 50;

export function listenToPage(deps: BridgeDeps): void {
  answer(deps, channels.connect, (window) => deps.connect(window));
  answer(deps, channels.pickFolder, async (window) => {
    const picked = await dialog.showOpenDialog(window, { properties: ["openDirectory", "createDirectory"] });
    return picked.canceled ? null : (picked.filePaths[0] ?? null);
  });
  hear(deps, channels.openExternal, z.string().max(8192), (url) => {
    const outside = externalUrl(url);
    if (outside) void shell.openExternal(outside);
  });
  hear(deps, channels.setBadge, z.int().min(0).max(9999), (count) => deps.setBadge(count));
  hear(deps, channels.notify, note, (wanted) => showNote(deps, wanted));
}

function showNote(deps: BridgeDeps, { title, body, tabId }: Note): void {
  if (!Notification.isSupported()) return;
  const shown = new Notification({ title, body });
  const [oldest] = shownNotes;
  if (oldest && shownNotes.size >= maxShownNotes) shownNotes.delete(oldest);
  shownNotes.add(shown);
  shown.on("close", () => shownNotes.delete(shown));
  shown.on("click", () => {
    shownNotes.delete(shown);
    deps.showWindow().webContents.send(channels.focusTab, tabId);
  });
  shown.show();
}

/** A wish without arguments that is answered. */
function answer(deps: BridgeDeps, channel: string, act: (window: BrowserWindow) => Promise<unknown>): void {
  ipcMain.handle(channel, async (event, ...given: unknown[]) => {
    const window = senderWindow(deps, event);
    if (!window || given.length > 0) throw new Error("Refused");
    return act(window);
  });
}

/** A wish with one argument that isn't answered. */
function hear<T>(deps: BridgeDeps, channel: string, schema: z.ZodType<T>, act: (value: T) => void): void {
  ipcMain.on(channel, (event, ...given: unknown[]) => {
    if (!senderWindow(deps, event) || given.length !== 1) return;
    const parsed = schema.safeParse(given[0]);
    if (parsed.success) act(parsed.data);
  });
}

/** Our window, if this came from the top frame of our page in it. */
function senderWindow(deps: BridgeDeps, event: IpcMainEvent | IpcMainInvokeEvent): BrowserWindow | null {
  const window = deps.window();
  const frame = event.senderFrame;
  if (!window || !frame || event.sender !== window.webContents) return null;
  return frame.parent === null && isOurPage(frame.url) ? window : null;
}
