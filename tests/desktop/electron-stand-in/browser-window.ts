import { EventEmitter } from "node:events";
import { toChromium, toElectron } from "./addresses.ts";
import { app, chromium, schemes } from "./app.ts";
import { applyPermissions } from "./session.ts";
import { WebContents, type WebPreferences } from "./web-contents.ts";

type Bounds = { x?: number; y?: number; width: number; height: number };

/** A window is a page in a headless Chromium: it has no frame, but remembers how one would stand. */
export class BrowserWindow extends EventEmitter {
  static readonly #open = new Set<BrowserWindow>();
  readonly webContents: WebContents;
  #bounds: Bounds;
  #state = { visible: false, maximized: false, minimized: false, focused: false };
  #destroyed: Promise<void> | null = null;

  constructor(options: Bounds & { show?: boolean; webPreferences?: WebPreferences }) {
    super();
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width, height: options.height };
    this.#state.visible = options.show !== false;
    this.webContents = new WebContents(chromium, schemes, options.webPreferences ?? {});
    BrowserWindow.#open.add(this);
    app.emit("web-contents-created", {}, this.webContents);
    app.emit("browser-window-created", {}, this);
    // Closed from outside, as by a window manager; or closed before its page was there, which is no news.
    this.webContents.page.then(
      (page) => page.once("close", () => void this.destroy()),
      () => null,
    );
  }

  static getAllWindows(): BrowserWindow[] {
    return [...BrowserWindow.#open];
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null;
  }

  async loadURL(url: string): Promise<void> {
    const { host, protocol } = new URL(url);
    const origin = `${protocol}//${host}`;
    await applyPermissions(await chromium, this.webContents, origin, new URL(toChromium(origin, schemes)).origin);
    await this.webContents.loadURL(url);
    if (toElectron(url) === url) this.emit("ready-to-show");
  }

  close(): boolean {
    let prevented = false;
    this.emit("close", { preventDefault: () => (prevented = true) });
    if (!prevented) void this.destroy();
    return !prevented;
  }

  /** Again: the end of the first. */
  destroy(): Promise<void> {
    this.#destroyed ??= this.#end();
    return this.#destroyed;
  }

  async #end(): Promise<void> {
    BrowserWindow.#open.delete(this);
    await this.webContents.dispose();
    this.emit("closed");
    if (BrowserWindow.#open.size > 0) return;
    if (!app.emit("window-all-closed")) app.quit();
  }

  show(): void {
    this.#state.visible = true;
  }
  focus(): void {
    this.#state.focused = true;
    this.emit("focus");
  }
  maximize(): void {
    this.#state.maximized = true;
  }
  minimize(): void {
    this.#state.minimized = true;
  }
  restore(): void {
    this.#state.minimized = false;
  }
  setBounds(bounds: Bounds): void {
    this.#bounds = { ...this.#bounds, ...bounds };
  }
  isVisible = (): boolean => this.#state.visible;
  isFocused = (): boolean => this.#state.focused;
  isMaximized = (): boolean => this.#state.maximized;
  isMinimized = (): boolean => this.#state.minimized;
  isDestroyed = (): boolean => this.#destroyed !== null;
  getNormalBounds = (): Bounds => this.#bounds;
  getBounds = (): Bounds => this.#bounds;
}
