import path from "node:path";
import { app, BrowserWindow, dialog, nativeTheme, screen, shell } from "electron";
import { listenToPage } from "./app/bridge.ts";
import { channels } from "./app/channels.ts";
import { createCoreProcess } from "./app/core-process.ts";
import { guardContents } from "./app/guards.ts";
import { setMenu } from "./app/menu.ts";
import { pageUrl } from "./app/page.ts";
import { registerPageScheme, servePage } from "./app/page-protocol.ts";
import { loadWindowState, saveWindowState } from "./app/window-state.ts";
import { hearthFolders } from "./host/folders.ts";

/** The desktop shell: one window, the menu, dialogs and notes of the system, and the core's process. */
const folders = hearthFolders({ env: process.env });
const entryFolder = import.meta.dirname;
let window: BrowserWindow | null = null;
let quitting = false;

const core = createCoreProcess({
  entry: path.join(entryFolder, "child.js"),
  args: [folders.dataDir, folders.configDir, app.getVersion()],
  env: process.env,
  onGone: (reason) => dialog.showErrorBox("Hearth can't go on", `${reason}\nThe log is in ${path.join(folders.dataDir, "logs")}.`),
});

registerPageScheme();
if (app.requestSingleInstanceLock()) {
  // Whatever the second start was given, it starts no work: it only brings the window to the front.
  app.on("second-instance", () => focus(window));
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  app.on("before-quit", (event) => {
    if (quitting) return;
    event.preventDefault();
    quitting = true;
    void core.stop(5_000).finally(() => app.quit());
  });
  app.on("activate", () => {
    if (app.isReady() && !window) openWindow();
  });
  void app.whenReady().then(start);
} else app.quit();

async function start(): Promise<void> {
  servePage(path.join(entryFolder, "../renderer"));
  guardContents((url) => void shell.openExternal(url));
  listenToPage({ window: () => window, connect: core.connect, setBadge: (count) => app.setBadgeCount(count) });
  setMenu(process.platform, (id) => window?.webContents.send(channels.command, id));
  const opening = core.start();
  openWindow();
  const refusal = await opening;
  if (!refusal) return;
  dialog.showErrorBox("Hearth can't start", refusal.message);
  app.exit(1);
}

function openWindow(): void {
  const stateFile = path.join(app.getPath("userData"), "window-state.json");
  const state = loadWindowState(stateFile, screen.getAllDisplays().map((display) => display.workArea));
  const opened = new BrowserWindow({
    ...(state?.bounds ?? { width: 1280, height: 800 }),
    minWidth: 390,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? "#1a1714" : "#fbfaf8",
    titleBarStyle: process.platform === "darwin" ? "hiddenInset" : "default",
    webPreferences: {
      preload: path.join(entryFolder, "../preload/preload.cjs"),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window = opened;
  if (state?.maximized) opened.maximize();
  opened.once("ready-to-show", () => opened.show());
  opened.on("close", () => saveWindowState(stateFile, { bounds: opened.getNormalBounds(), maximized: opened.isMaximized() }));
  opened.on("closed", () => {
    if (window === opened) window = null;
  });
  // A page that crashed comes back; the runs it showed never noticed.
  opened.webContents.on("render-process-gone", () => opened.webContents.reload());
  void opened.loadURL(pageUrl);
}

function focus(shown: BrowserWindow | null): void {
  if (!shown) return openWindow();
  if (shown.isMinimized()) shown.restore();
  shown.focus();
}
