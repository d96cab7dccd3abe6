import path from "node:path";
import { app, BrowserWindow, nativeTheme, screen } from "electron";
import { pageUrl } from "./page.ts";
import { RestartLimit } from "./restart-limit.ts";
import { loadWindowState, saveWindowState } from "./window-state.ts";

export type MainWindowOptions = { preload: string; onPageBroken(): void };

/** The one window, from `show` until the person closes it; what stood in it lives in the core. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | null = null;

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  current(): BrowserWindow | null {
    return this.#window;
  }

  /** Brings it to the front, a new one where there is none. */
  show(): BrowserWindow {
    const window = this.#window;
    if (!window) return this.#open();
    if (window.isMinimized()) window.restore();
    window.focus();
    return window;
  }

  #open(): BrowserWindow {
    const stateFile = path.join(app.getPath("userData"), "window-state.json");
    const state = loadWindowState(
      stateFile,
      screen.getAllDisplays().map((display) => display.workArea),
    );
    const opened = new BrowserWindow({
      ...(state?.bounds ?? { width: 1280, height: 800 }),
      minWidth: 390,
      minHeight: 480,
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? "#1a1714" : "#fbfaf8",
      titleBarStyle: process.platform === "darwin" ? "hiddenInset" : "default",
      webPreferences: preferences(this.#options.preload),
    });
    this.#window = opened;
    if (state?.maximized) opened.maximize();
    opened.once("ready-to-show", () => opened.show());
    opened.on("close", () => saveWindowState(stateFile, { bounds: opened.getNormalBounds(), maximized: opened.isMaximized() }));
    opened.on("closed", () => {
      if (this.#window === opened) this.#window = null;
    });
    reloadAfterCrash(opened, () => this.#options.onPageBroken());
    opened.loadURL(pageUrl).catch(() => {
      // Closed meanwhile, or the page's files are missing: an empty window says more than none.
      if (!opened.isDestroyed()) opened.show();
    });
    return opened;
  }
}

/** A page that crashed comes back; the runs it showed never noticed. */
function reloadAfterCrash(window: BrowserWindow, onPageBroken: () => void): void {
  const limit = new RestartLimit({ times: 3, windowMs: 60_000, now: () => performance.now() });
  window.webContents.on("render-process-gone", () => {
    if (limit.mayRestart()) window.webContents.reload();
    else onPageBroken();
  });
}

function preferences(preload: string): Electron.WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  };
}
