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
  /** Hands the page a port to the core; rejects while there is none. */
  connect(window: BrowserWindow): Promise<void>;
  setBadge(count: number): void;
};

const note = z.strictObject({ title: z.string().max(200), body: z.string().max(1000), chatId: z.string().max(100) });

export function listenToPage(deps: BridgeDeps): void {
  ipcMain.handle(channels.connect, async (event) => {
    const window = senderWindow(deps, event);
    if (!window) throw new Error("Refused");
    await deps.connect(window);
  });
  ipcMain.handle(channels.pickFolder, async (event) => {
    const window = senderWindow(deps, event);
    if (!window) throw new Error("Refused");
    const picked = await dialog.showOpenDialog(window, { properties: ["openDirectory", "createDirectory"] });
    return picked.canceled ? null : (picked.filePaths[0] ?? null);
  });
  hear(deps, channels.openExternal, z.string().max(8192), (url) => {
    const outside = externalUrl(url);
    if (outside) void shell.openExternal(outside);
  });
  hear(deps, channels.setBadge, z.int().min(0).max(9999), (count) => deps.setBadge(count));
  hear(deps, channels.notify, note, ({ title, body, chatId }, window) => {
    if (!Notification.isSupported()) return;
    const shown = new Notification({ title, body });
    shown.on("click", () => {
      if (window.isMinimized()) window.restore();
      window.focus();
      window.webContents.send(channels.focusChat, chatId);
    });
    shown.show();
  });
}

function hear<T>(deps: BridgeDeps, channel: string, schema: z.ZodType<T>, act: (value: T, window: BrowserWindow) => void): void {
  ipcMain.on(channel, (event, value: unknown) => {
    const window = senderWindow(deps, event);
    const parsed = schema.safeParse(value);
    if (window && parsed.success) act(parsed.data, window);
  });
}

/** Our window, if this came from the top frame of our page in it. */
function senderWindow(deps: BridgeDeps, event: IpcMainEvent | IpcMainInvokeEvent): BrowserWindow | null {
  const window = deps.window();
  const frame = event.senderFrame;
  if (!window || !frame || event.sender !== window.webContents) return null;
  return frame === window.webContents.mainFrame && isOurPage(frame.url) ? window : null;
}
