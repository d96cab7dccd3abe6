import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import type { CDPSession, Frame, Page } from "playwright-core";
import { toChromium, toElectron } from "./addresses.ts";
import type { Chromium } from "./chromium.ts";
import { ipcMain } from "./ipc-main.ts";
import type { MessagePortMain } from "./ports.ts";
import { bridgeEnd, mainWorld, mayNavigatePath, preloadWorld, type Wire } from "./worlds.ts";

export type WebPreferences = { preload?: string; contextIsolation?: boolean; sandbox?: boolean } & Record<string, unknown>;

type FromPage =
  | { kind: "send"; channel: string; args: unknown[] }
  | { kind: "invoke"; id: number; channel: string; args: unknown[] }
  | { kind: "port"; id: number; data: Wire }
  | { kind: "port-closed"; id: number };

type OpenHandler = (details: { url: string; frameName: string; features: string; disposition: string }) => {
  action: "deny" | "allow";
};

const world = "electron-preload";

/** Electron's WebFrameMain: one object per frame, for as long as the frame lives. */
export class WebFrameMain {
  static readonly #known = new WeakMap<Frame, WebFrameMain>();
  readonly #frame: Frame;
  private constructor(frame: Frame) {
    this.#frame = frame;
  }
  static of(frame: Frame): WebFrameMain {
    const known = WebFrameMain.#known.get(frame) ?? new WebFrameMain(frame);
    WebFrameMain.#known.set(frame, known);
    return known;
  }
  get url(): string {
    return toElectron(this.#frame.url());
  }
  get parent(): WebFrameMain | null {
    const parent = this.#frame.parentFrame();
    return parent && WebFrameMain.of(parent);
  }
  get frames(): WebFrameMain[] {
    return this.#frame.childFrames().map((frame) => WebFrameMain.of(frame));
  }
}

/** A page of Chromium as the shell knows it, from its window's opening until its closing. */
export class WebContents extends EventEmitter {
  readonly page: Promise<Page>;
  readonly #preferences: WebPreferences;
  readonly #secret = randomUUID();
  readonly #ports = new Map<number, MessagePortMain>();
  #lastPort = 0;
  #live: Page | null = null;
  #session: CDPSession | null = null;
  #preloadContext: number | null = null;
  #ownNavigation: string | null = null;
  #openHandler: OpenHandler = () => ({ action: "allow" });

  constructor(chromium: Promise<Chromium>, schemes: Set<string>, preferences: WebPreferences) {
    super();
    if (preferences.contextIsolation === false || preferences.sandbox === false)
      throw new Error("The stand-in has only sandboxed pages with isolated preloads");
    this.#preferences = { contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, ...preferences };
    this.page = this.#open(chromium);
    // Closed while it opens: whoever waits for the page is told, nobody else needs to be.
    this.page.catch(() => null);
    this.#schemes = schemes;
  }
  readonly #schemes: Set<string>;

  async #open(chromium: Promise<Chromium>): Promise<Page> {
    const { context, adopt } = await chromium;
    const page = await context.newPage();
    this.#live = page;
    adopt(page, { mayNavigate: (frame, url) => this.#mayNavigate(frame, url) });
    const session = await context.newCDPSession(page);
    this.#session = session;
    const { frameTree } = await session.send("Page.getFrameTree");
    session.on("Runtime.executionContextCreated", ({ context: created }) => {
      const { frameId } = created.auxData as { frameId?: string };
      if (created.name === world && frameId === frameTree.frame.id) this.#preloadContext = created.id;
    });
    session.on("Runtime.executionContextDestroyed", ({ executionContextId }) => {
      if (executionContextId === this.#preloadContext) this.#leavePage();
    });
    session.on("Runtime.executionContextsCleared", () => this.#leavePage());
    session.on("Runtime.bindingCalled", ({ executionContextId, payload }) => {
      if (executionContextId === this.#preloadContext) void this.#take(JSON.parse(payload) as FromPage);
    });
    session.on("Page.windowOpen", ({ url, windowName, windowFeatures }) => {
      const details = {
        url: toElectron(url),
        frameName: windowName,
        features: windowFeatures.join(","),
        disposition: "new-window",
      };
      if (this.#openHandler(details).action !== "deny") throw new Error("The stand-in opens no popups");
    });
    await session.send("Page.enable");
    await session.send("Runtime.enable");
    await session.send("Runtime.addBinding", { name: "standInShell", executionContextName: world });
    await this.#install(session);
    page.on("crash", () => this.emit("render-process-gone", {}, { reason: "crashed", exitCode: 1 }));
    page.on("framenavigated", (frame) => {
      if (frame === page.mainFrame()) this.emit("did-navigate", {}, this.getURL());
    });
    return page;
  }

  async #install(session: CDPSession): Promise<void> {
    const secret = JSON.stringify(this.#secret);
    await session.send("Page.addScriptToEvaluateOnNewDocument", {
      source: `(${mainWorld.toString()})(${secret}, ${bridgeEnd.toString()})`,
    });
    const { preload } = this.#preferences;
    if (!preload) return;
    // As with `nodeIntegrationInSubFrames: false`, the preload is for the top frame.
    const source = `if (window.top === window) {
      const standIn = (${preloadWorld.toString()})(${secret}, ${bridgeEnd.toString()}, ${JSON.stringify(process.platform)}, ${JSON.stringify(mayNavigatePath)});
      globalThis.standInDeliver = standIn.deliver;
      (function (require, process, module, exports) { ${readFileSync(preload, "utf8")}\n})(standIn.require, standIn.process, { exports: {} }, {});
    }`;
    await session.send("Page.addScriptToEvaluateOnNewDocument", { source, worldName: world });
  }

  get mainFrame(): WebFrameMain {
    if (!this.#live) throw new Error("The page isn't there yet");
    return WebFrameMain.of(this.#live.mainFrame());
  }

  getURL(): string {
    return this.#live ? toElectron(this.#live.url()) : "";
  }

  getLastWebPreferences(): WebPreferences {
    return this.#preferences;
  }

  isDestroyed(): boolean {
    return this.#live?.isClosed() ?? false;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.page;
    this.#ownNavigation = url;
    await page.goto(toChromium(url, this.#schemes), { waitUntil: "load", timeout: 90_000 });
    this.emit("did-finish-load", {});
  }

  reload(): void {
    this.#ownNavigation = this.getURL();
    void this.#live?.reload();
  }

  send(channel: string, ...args: unknown[]): void {
    this.#deliver({ channel, args, ports: [] });
  }

  postMessage(channel: string, message: unknown, ports: MessagePortMain[] = []): void {
    const ids = ports.map((port) => {
      const id = ++this.#lastPort;
      this.#ports.set(id, port);
      return id;
    });
    this.#deliver({ channel, args: [message], ports: ids });
    ports.forEach((port, index) => {
      const id = ids[index] ?? 0;
      port.moveTo({
        message: (data) => this.#deliver({ port: id, data: encode(data) }),
        closed: () => this.#deliver({ closed: id }),
      });
    });
  }

  async executeJavaScript(code: string): Promise<unknown> {
    return (await this.page).evaluate(code);
  }

  /** Ends the page and what hangs on it. */
  async dispose(): Promise<void> {
    this.#leavePage();
    const page = await this.page.catch(() => this.#live);
    await page?.close();
    this.emit("destroyed");
  }

  #mayNavigate(frame: Frame, url: string): boolean {
    const isMainFrame = frame.parentFrame() === null;
    if (isMainFrame && this.#ownNavigation === url) {
      this.#ownNavigation = null;
      return true;
    }
    let prevented = false;
    const event = {
      url,
      isMainFrame,
      frame: WebFrameMain.of(frame),
      preventDefault() {
        prevented = true;
      },
    };
    this.emit("will-frame-navigate", event);
    if (isMainFrame && !prevented) this.emit("will-navigate", event, url);
    return !prevented;
  }

  #leavePage(): void {
    this.#preloadContext = null;
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  #deliver(message: unknown): void {
    const contextId = this.#preloadContext;
    if (contextId === null || !this.#session) return;
    const expression = `standInDeliver(${JSON.stringify(message)})`;
    // The page may go at any moment; then nobody is left to hear it.
    this.#session.send("Runtime.evaluate", { contextId, expression }).catch(() => null);
  }

  async #take(message: FromPage): Promise<void> {
    if (message.kind === "port") return this.#ports.get(message.id)?.postMessage(decode(message.data));
    if (message.kind === "port-closed") {
      this.#ports.get(message.id)?.close();
      this.#ports.delete(message.id);
      return;
    }
    const event = { sender: this, senderFrame: this.mainFrame, ports: [] };
    if (message.kind === "send") return void ipcMain.emit(message.channel, event, ...message.args);
    try {
      this.#deliver({ reply: message.id, value: await ipcMain.answer(message.channel, event, message.args) });
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.#deliver({ reply: message.id, error: `Error invoking remote method '${message.channel}': ${reason}` });
    }
  }
}

function encode(data: unknown): Wire {
  if (data instanceof Uint8Array) return { kind: "bytes", base64: Buffer.from(data).toString("base64") };
  return { kind: "json", text: JSON.stringify(data) ?? null };
}

function decode(wire: Wire): unknown {
  if (wire.kind === "bytes") return new Uint8Array(Buffer.from(wire.base64, "base64"));
  return wire.text === null ? undefined : JSON.parse(wire.text);
}
