import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type * as Electron from "electron";
import { _electron, chromium, type Browser, type Page } from "playwright-core";
import { until } from "../../electron/testing/until.ts";
import { removeFolder } from "../../electron/testing/remove-folder.ts";

/**
 * The built shell, running: on a real Electron where there is one, else on the stand-in. Both are driven the same way:
 * a playwright page for the window, and functions sent into the shell's process.
 */
export const root = path.resolve(import.meta.dirname, "../..");
const mainFile = "out/main/main.js";
const register = path.join(import.meta.dirname, "electron-stand-in/register.ts");
export const electronProgram = findElectron();

/** The stand-in remembers what only a desktop has; a real Electron has the rest of these. */
export type StandIn = typeof Electron & {
  app: { badge: number };
  dialog: {
    asked: {
      kind: string;
      options: { message?: string; detail?: string; buttons?: string[]; title?: string; content?: string };
      answer(value: unknown): void;
    }[];
  };
  shell: { opened: string[] };
  Notification: { shown: (Electron.Notification & { title: string; body: string })[] };
};

export type Home = { home: string; dataDir: string; env: Record<string, string>; remove(): void };

export type Desktop = {
  pid: number;
  /** The page of Hearth's window, once it is there. */
  page(): Promise<Page>;
  pages(): Page[];
  /** Runs the function in the shell's process; it sees its arguments only. */
  main<T, A>(act: (electron: StandIn, argument: A) => T | Promise<T>, argument: A): Promise<T>;
  ended: Promise<number | null>;
  stderr(): string;
  /** Ends it as the person would; for the end of a test. */
  quit(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
};

/** A home of its own, with nothing of this machine's but the programs on the PATH. */
export function makeHome(): Home {
  const home = mkdtempSync(path.join(tmpdir(), "hearth-desktop-"));
  const env: Record<string, string> = {
    HOME: home,
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    SHELL: "/bin/sh",
    LANG: "C.UTF-8",
    ...(process.env["HEARTH_TEST_CHROMIUM"] ? { HEARTH_TEST_CHROMIUM: process.env["HEARTH_TEST_CHROMIUM"] } : {}),
    ...(process.env["DISPLAY"] ? { DISPLAY: process.env["DISPLAY"] } : {}),
  };
  for (const name of ["DATA", "CONFIG", "CACHE", "STATE"]) {
    env[`XDG_${name}_HOME`] = path.join(home, name.toLowerCase());
    mkdirSync(path.join(home, name.toLowerCase()));
  }
  const dataDir = path.join(home, "data/hearth");
  return { home, dataDir, env, remove: () => removeFolder(home) };
}

/** `product` is the folder with package.json and out/. */
export function startDesktop(home: Home, args: string[] = [], product = root): Promise<Desktop> {
  if (!existsSync(path.join(product, mainFile))) throw new Error("Build first: npm run build");
  return electronProgram
    ? startElectron(electronProgram, home, [...args, product])
    : startStandIn(home, [path.join(product, mainFile), ...args]);
}

/** Starts it and waits for its end, as a second start does. */
export async function startAndEnd(home: Home, args: string[]): Promise<number | null> {
  const [program, ...before] = electronProgram
    ? [electronProgram, "--no-sandbox", root]
    : [process.execPath, "--import", register, path.join(root, mainFile)];
  const child = spawn(program ?? "", [...before, ...args], { env: home.env, stdio: "ignore" });
  return new Promise((resolve) => child.once("exit", resolve));
}

async function startStandIn(home: Home, args: string[]): Promise<Desktop> {
  const child = spawn(process.execPath, ["--import", register, ...args], {
    env: home.env,
    cwd: home.home,
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  let stderr = "";
  child.stderr?.on("data", (part: Buffer) => (stderr += part.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let endpoint = "";
  const answers = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  child.on(
    "message",
    (message: { kind: "chromium"; endpoint: string } | { kind: "answer"; id: number; value: never; error?: string }) => {
      if (message.kind === "chromium") endpoint = message.endpoint;
      else if (message.error === undefined) answers.get(message.id)?.resolve(message.value);
      else answers.get(message.id)?.reject(new Error(message.error));
    },
  );
  await until(
    () => {
      if (child.exitCode !== null) throw new Error(`The shell ended with ${child.exitCode}: ${stderr}`);
      return endpoint;
    },
    "Chromium",
    30_000,
  );
  const browser = await chromium.connectOverCDP(endpoint);
  let last = 0;
  return {
    pid: child.pid ?? 0,
    ended,
    pages: () => pagesOf(browser),
    page: () =>
      until(
        () => pagesOf(browser).find((page) => page.url().startsWith("https://hearth.app.stand-in.invalid/")),
        "Hearth's window",
        30_000,
      ),
    main: (act, argument) =>
      new Promise((resolve, reject) => {
        answers.set(++last, { resolve, reject });
        child.send({ id: last, source: act.toString(), argument });
      }),
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    quit: () => end(child, ended),
  };
}

async function startElectron(program: string, home: Home, args: string[]): Promise<Desktop> {
  const running = await _electron.launch({
    executablePath: program,
    args: ["--no-sandbox", ...args],
    env: home.env,
    cwd: home.home,
  });
  const child = running.process();
  let stderr = "";
  child.stderr?.on("data", (part: Buffer) => (stderr += part.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    pid: child.pid ?? 0,
    ended,
    pages: () => running.windows(),
    page: () => until(() => running.windows().find((page) => page.url().startsWith("app://hearth/")), "Hearth's window", 30_000),
    main: (act, argument) => running.evaluate(act as never, argument as never),
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    quit: () => end(child, ended),
  };
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
  await ended;
}

function pagesOf(browser: Browser): Page[] {
  return browser
    .contexts()
    .flatMap((context) => context.pages())
    .filter((page) => page.url() !== "about:blank");
}

function findElectron(): string | null {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    win32: "electron.exe",
    darwin: "Electron.app/Contents/MacOS/Electron",
  };
  const folders = [process.env["ELECTRON_OVERRIDE_DIST_PATH"], path.join(root, "node_modules/electron/dist")];
  return (
    folders
      .flatMap((folder) => (folder ? path.join(folder, names[process.platform] ?? "electron") : []))
      .find((file) => existsSync(file)) ?? null
  );
}
