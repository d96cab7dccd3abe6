import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fail, ok } from "../../shared/result.ts";
import { ManualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { openStore } from "../store/open.ts";
import { TokenRepository } from "../store/tokens.ts";
import { scriptedCore } from "../testing/scripted-core.ts";
import { connect, type ConnectDeps } from "./cli/connect.ts";
import { serveCommand, type ServeDeps } from "./cli/serve-command.ts";
import { StreamTerminal } from "./cli/terminal.ts";
import { findHostRecord, saveHostRecord } from "./host-record.ts";
import { browserCommand } from "./open-browser.ts";
import { findRunningHost, requestSignInUrl, serve, type ServedCore } from "./serve.ts";
import { PassThrough } from "node:stream";

let folder: string;
let dataDir: string;
let core: ServedCore;
const clock = new ManualClock();
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hearth-serve-"));
  dataDir = path.join(folder, "data");
  mkdirSync(path.join(folder, "page"));
  writeFileSync(path.join(folder, "page/index.html"), "<!doctype html>");
  const store = openStore(dataDir, clock.now());
  if (!store.ok) throw new Error(store.error.message);
  const tokens = new TokenRepository(store.value, () => clock.now());
  core = { router: scriptedCore({ events: [] }).router, tokens, log: silentLog, dispose: async () => store.value.close() };
});
afterEach(async () => {
  await core.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function startHost() {
  const started = await serve({
    core,
    dataDir,
    pageFolder: path.join(folder, "page"),
    version: "1",
    port: 0,
    clock,
    lasting: true,
  });
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}

/** What a command gives to `connect`. */
function command(data: string, openCore: ConnectDeps["openCore"]): ConnectDeps {
  const io = new StreamTerminal({
    stdin: process.stdin,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    onLost: fail,
  });
  return { io, dataDir: data, pageFolder: "/nowhere", version: "1", clock, openCore, onInterrupt: () => () => {} };
}

/** `hearth serve` or `open` in a process of its own that finds the folder taken; what it printed. */
async function secondStart(options: { port: number; json?: boolean; path?: string }) {
  const stdout = new PassThrough();
  const io = new StreamTerminal({ stdin: process.stdin, stdout, stderr: new PassThrough(), env: {}, onLost: fail });
  const deps: ServeDeps = {
    io,
    dataDir,
    pageFolder: "/nowhere",
    version: "1",
    clock,
    env: {},
    openCore: async () => fail({ code: "DATA_DIR_IN_USE", message: "Another Hearth uses it" }),
    onInterrupt: () => () => {},
    untilAskedToEnd: () => new Promise(() => {}),
  };
  const exitCode = await serveCommand(deps, options);
  return { exitCode, stdout: String(stdout.read() ?? "") };
}

describe("a served core", () => {
  it("tells its owner, and nobody else, how to reach it, for as long as it lives", async () => {
    const host = await startHost();
    const file = path.join(dataDir, "host.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid, url: host.server.url, token: host.token });
    expect(core.tokens.find(host.token)).toMatchObject({ name: "launch" });
    const dispose = core.dispose.bind(core);
    core.dispose = async () => {};
    await host.stop();
    expect(existsSync(file)).toBe(false);
    expect(core.tokens.find(host.token)).toBeNull();
    core.dispose = dispose;
  });

  it("ends the tokens of hosts that died", async () => {
    const stale = core.tokens.create("launch");
    const kept = core.tokens.create("my script");
    const host = await startHost();
    expect(core.tokens.find(stale.text)).toBeNull();
    expect(core.tokens.find(kept.text)).not.toBeNull();
    await host.stop();
  });

  it("is what commands talk to", async () => {
    const host = await startHost();
    const connection = await connect(command(dataDir, () => Promise.reject(new Error("It must not open a core of its own"))));
    expect(await connection.rpc.projects.list()).toMatchObject([{ id: "prj_1" }]);
    await connection.close();
    await host.stop();
  });
});

describe("a second start on the same data", () => {
  it("R55 hands over to the first: a fresh address, nothing started, nothing ended", async () => {
    const host = await startHost();
    const { exitCode, stdout } = await secondStart({ port: 0 });
    expect(exitCode).toBe(0);
    const address = /http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]{43}/.exec(stdout)?.[0] ?? "";
    expect(address.startsWith(host.server.url)).toBe(true);
    const code = new URL(address).hash.slice("#code=".length);
    const answer = await fetch(`${host.server.url}/auth/exchange`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
    expect(answer.status).toBe(200);
    await host.stop();
  });

  it("R55 tells programs about the first", async () => {
    const host = await startHost();
    const { stdout } = await secondStart({ port: 0, json: true });
    expect(JSON.parse(stdout.split("\n")[0] ?? "")).toEqual({ url: host.server.url, token: host.token, pid: process.pid });
    await host.stop();
  });

  it("names the holder's kind where it takes no calls", async () => {
    await expect(secondStart({ port: 0 })).rejects.toMatchObject({ code: "DATA_DIR_IN_USE", exitCode: 1 });
  });

  it("R55 isn't misled by what a crash left behind", () => {
    const record = {
      pid: process.pid,
      startTicks: "1",
      url: "http://127.0.0.1:1",
      token: "t",
      startedAt: "2026-01-01T00:00:00.000Z",
      lasting: true,
    };
    saveHostRecord(dataDir, record);
    expect(findHostRecord(dataDir)).toBeNull();
    writeFileSync(path.join(dataDir, "host.json"), '{"pid":');
    expect(findHostRecord(dataDir)).toBeNull();
  });
});

it("asks for an address only from a host that answers with its own", async () => {
  expect(await requestSignInUrl({ url: "http://127.0.0.1:9", token: "t", pid: 1, lasting: true })).toBeNull();
  const host = await startHost();
  expect(await requestSignInUrl({ url: host.server.url, token: "wrong", pid: 1, lasting: true })).toBeNull();
  expect(findRunningHost(dataDir)).toEqual({ url: host.server.url, token: host.token, pid: process.pid, lasting: true });
  await host.stop();
});

it("opens a browser only where there is a screen", () => {
  expect(browserCommand("linux", {})).toBeNull();
  expect(browserCommand("linux", { WAYLAND_DISPLAY: "wayland-0" })?.command).toBe("xdg-open");
  expect(browserCommand("darwin", {})?.command).toBe("open");
});

it("a command opens a core of its own where none is served", async () => {
  const elsewhere = path.join(folder, "elsewhere");
  mkdirSync(elsewhere);
  const own = await connect(command(elsewhere, async () => ok({ ...core, dispose: async () => {} })));
  expect(own.host).toBeNull();
  expect(await own.rpc.projects.list()).toHaveLength(1);
  // Others join it, and it ends after them.
  const other = await connect(command(elsewhere, () => Promise.reject(new Error("It must join"))));
  expect(await other.rpc.projects.list()).toHaveLength(1);
  expect(findRunningHost(elsewhere)).toMatchObject({ pid: process.pid, lasting: false });
  const closed = own.close();
  expect(await other.rpc.projects.list()).toHaveLength(1);
  await other.close();
  await closed;
  expect(findRunningHost(elsewhere)).toBeNull();
});
