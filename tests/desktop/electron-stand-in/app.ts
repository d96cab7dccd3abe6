import { EventEmitter } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { homedir } from "node:os";
import path from "node:path";
import { launchChromium, type Chromium } from "./chromium.ts";

/** Schemes the shell registered; must be said before ready, as in Electron. */
export const schemes = new Set<string>();

/** `close` returns false where the window refused. */
type Closable = { close(): boolean; destroy(): Promise<void> };
let windows: () => Closable[] = () => [];
export function listWindowsBy(list: () => Closable[]): void {
  windows = list;
}

class App extends EventEmitter {
  readonly isPackaged = false;
  badge = 0;
  #paths: Record<string, string> = {
    userData: path.join(process.env["XDG_CONFIG_HOME"] ?? path.join(homedir(), ".config"), "hearth"),
  };
  #ready = false;
  #telling: Promise<void> = Promise.resolve();
  #ending = false;

  isReady = (): boolean => this.#ready;
  isEnding = (): boolean => this.#ending;
  whenReady = (): Promise<void> => chromium.then(() => undefined);
  getVersion = (): string => packageFile().version;
  getName = (): string => packageFile().name;
  getPath = (name: string): string => this.#paths[name] ?? homedir();
  setAppUserModelId(): void {}
  markReady(): void {
    this.#ready = true;
    this.emit("ready");
  }

  setPath(name: string, folder: string): void {
    if (!existsSync(folder)) throw new Error(`Failed to set path: ${folder} does not exist`);
    this.#paths[name] = folder;
  }

  setBadgeCount(count: number): boolean {
    this.badge = count;
    return true;
  }

  /** The first process holds a file with its pid and listens on a socket; a later one says so there. */
  requestSingleInstanceLock(): boolean {
    const lock = path.join(this.getPath("userData"), "SingletonLock");
    const socket = path.join(this.getPath("userData"), "SingletonSocket");
    mkdirSync(path.dirname(lock), { recursive: true });
    const holder = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
    if (holder > 0 && isAlive(holder)) {
      this.#telling = new Promise((resolve) => {
        const client = connect(socket, () => client.end(JSON.stringify(process.argv)));
        client.once("close", () => resolve());
        client.once("error", () => resolve());
      });
      return false;
    }
    writeFileSync(lock, String(process.pid));
    rmSync(socket, { force: true });
    createServer((client) => {
      let text = "";
      client.on("data", (part: Buffer) => (text += part.toString()));
      client.once("end", () => this.emit("second-instance", {}, JSON.parse(text), process.cwd()));
    })
      .listen(socket)
      .unref();
    return true;
  }

  quit(): void {
    if (this.#ending) return;
    let prevented = false;
    const event = { preventDefault: () => (prevented = true) };
    this.emit("before-quit", event);
    if (prevented) return;
    // Each window may still say no, as in Electron.
    const open = windows();
    for (const window of open) if (!window.close()) return;
    this.#ending = true;
    void this.#finish(0, open);
  }

  exit(code = 0): void {
    this.#ending = true;
    void this.#finish(code, windows());
  }

  /** Chromium ends after the last window's page has: one that is closed while it opens still needs it. */
  async #finish(code: number, open: Closable[]): Promise<void> {
    await this.#telling;
    for (const window of open) await window.destroy();
    this.emit("will-quit", { preventDefault() {} });
    this.emit("quit", {}, code);
    if (started) await (await chromium).context.close();
    process.exit(code);
  }
}

function packageFile(): { name: string; version: string } {
  return JSON.parse(readFileSync(path.join(process.argv[1] ?? "", "../../../package.json"), "utf8")) as {
    name: string;
    version: string;
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH.
  }
}

export const app = new App();

let started = false;
/** Once the shell's first code has run: until then it may set paths, register schemes, or leave at once. */
export const chromium: Promise<Chromium> = new Promise((resolve, reject) => {
  setImmediate(() => {
    if (app.isEnding()) return;
    started = true;
    launchChromium(
      app.getPath("userData"),
      process.argv.filter((argument) => argument.startsWith("--host-resolver-rules=")),
    ).then(resolve, reject);
  });
});
process.once("SIGTERM", () => app.quit());
process.once("SIGINT", () => app.quit());
