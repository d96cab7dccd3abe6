import { spawn } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AgentInstall } from "../../../shared/contract/agent-parts.ts";
import { ManualClock } from "../../lib/clock.ts";
import { listProcesses } from "../../lib/list-processes.ts";
import { isRunning } from "../../lib/process-tree.ts";
import { Orphans } from "../../system/orphans.ts";
import { fakeMain, openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { managedAgent } from "../../testing/managed-agent.ts";
import { NpmRegistry } from "../../testing/npm-registry.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { until } from "../../testing/until.ts";
import { value } from "../../testing/value-of.ts";

let kit: AgentKit;
let registry: NpmRegistry;
let dir: string;

beforeEach(async () => {
  registry = await NpmRegistry.start();
  dir = tempFolder("installs");
  mkdirSync(path.join(dir, "home"));
  writeFileSync(
    path.join(dir, "home/.npmrc"),
    `registry=http://${registry.host}/\n//${registry.host}/:_authToken=\${NPM_TOKEN}\nignore-scripts=false\ndry-run=true\n`,
  );
});
afterEach(() => kit.dispose());

const program = `#!/bin/sh\nexec ${process.execPath} ${fakeMain} "$@"\n`;
/** What its install script would leave. */
const mark = "script-ran";

function publish(version: string, scripts: Record<string, string> = { postinstall: `touch ${mark}` }): string {
  return registry.publish("@fake/cli", version, { "cli.sh": program }, { bin: { "fake-cli": "cli.sh" }, scripts });
}

type Made = { scripts?: boolean; aboutBytes?: number; clock?: ManualClock; PATH?: string };

function openKit(integrity: string, { clock, PATH, ...more }: Made = {}): void {
  const env = { NPM_TOKEN: "from-the-shell", ...(PATH === undefined ? {} : { PATH }) };
  kit = openAgentKit({ dir, env, builtIn: [managedAgent(integrity, more)], ...(clock ? { clock } : {}) });
}

const view = (): AgentInstall | null | undefined => kit.agents.get("made")?.install;
const root = (): string => path.join(dir, "data/agents/installed/@fake+cli");
const left = (): string[] => (existsSync(root()) ? readdirSync(root()) : []);

it("installs what was pinned from the person's registry, runs no script of it, and leaves nothing but the agent", async () => {
  openKit(publish("1.0.0"));
  expect(kit.agents.get("made")).toMatchObject({
    status: "unavailable",
    install: { packages: ["@fake/cli@1.0.0"], installed: null },
  });
  expect(await kit.agents.managed.install("made")).toMatchObject({ ok: true });
  expect(view()).toMatchObject({ installed: { version: "1.0.0", used: true }, update: null, goingBytes: null, problem: null });
  expect(registry.seen).toContain("Bearer from-the-shell");
  await until(() => kit.agents.get("made")?.status === "ready");
  expect(await (await kit.open(new TestHost(), "made")).prompt(textPrompt("x"))).toMatchObject({ ok: true });
  const [version = ""] = left().filter((name) => name !== "installed.json");
  expect(version).toMatch(/^1\.0\.0-/);
  expect(readdirSync(path.join(root(), version)).toSorted()).toEqual(["node_modules", "package-lock.json", "package.json"]);
  expect(existsSync(path.join(root(), version, "node_modules/@fake/cli", mark))).toBe(false);
  expect(readdirSync(path.join(dir, "home"))).toEqual([".npmrc"]);
  expect(kit.announced.some((update) => update.type === "agent" && update.agent.install?.goingBytes !== null)).toBe(true);
});

it("runs the scripts of a package that needs them, once it is known to be the one that was pinned", async () => {
  openKit(publish("1.0.0"), { scripts: true });
  expect(await kit.agents.managed.install("made")).toMatchObject({ ok: true });
  const [version = ""] = left().filter((name) => name !== "installed.json");
  expect(existsSync(path.join(root(), version, "node_modules/@fake/cli", mark))).toBe(true);
});

it("S22 refuses another content under the pinned version, before anything of it runs, and keeps nothing", async () => {
  const proof = path.join(dir, "proof");
  const pinned = publish("1.0.0");
  publish("1.0.0", { postinstall: `touch ${proof}` });
  openKit(pinned, { scripts: true });
  const refused = await kit.agents.managed.install("made");
  expect(refused).toMatchObject({
    error: { code: "AGENT_INSTALL_FAILED", message: expect.stringContaining("isn't what it was") },
  });
  expect([existsSync(proof), left(), view()?.installed]).toEqual([false, [], null]);
  expect(view()?.problem).toContain("isn't what it was");
});

it("is stopped in the middle: npm is gone, and nothing of it is left", async () => {
  openKit(publish("1.0.0"));
  registry.stalls = true;
  const installed = kit.agents.managed.install("made");
  await until(() => registry.seen.length > 1 && kit.deps.processes.list().length > 0);
  const [npm] = kit.deps.processes.list();
  expect(view()?.goingBytes).not.toBeNull();
  expect(await kit.agents.managed.stop("made")).toMatchObject({ ok: true });
  expect(await installed).toMatchObject({ ok: true, value: { install: { installed: null } } });
  expect([left(), kit.deps.processes.list(), isRunning(npm?.pid ?? 0)]).toEqual([[], [], false]);
  expect(view()).toMatchObject({ installed: null, goingBytes: null, problem: null });
});

it("says that the registry can't be reached, that it hasn't got it, and that there is no room", async () => {
  openKit("sha512-none");
  expect(await kit.agents.managed.install("made")).toMatchObject({
    error: { message: expect.stringContaining("hasn't got it") },
  });
  await registry.close();
  expect(await kit.agents.managed.install("made")).toMatchObject({
    error: { code: "AGENT_INSTALL_FAILED", message: expect.stringContaining("can't be reached") },
  });
  expect(left()).toEqual([]);
  await kit.scope.dispose();
  kit.store.close();
  openKit("sha512-none", { aboutBytes: Number.MAX_SAFE_INTEGER });
  expect(await kit.agents.managed.install("made")).toMatchObject({ error: { code: "DISK_FULL" } });
  expect(view()?.problem).toContain("are free here");
});

it("puts an update beside what runs, and takes the old one away when its last child has ended", async () => {
  const clock = new ManualClock();
  openKit(publish("1.0.0"), { clock });
  await kit.agents.managed.install("made");
  const session = await kit.open(new TestHost(), "made", "chat-1");
  const turn = session.prompt(textPrompt([{ untilCancelled: true }]));
  publish("1.1.0");
  expect(view()?.update).toBeNull();
  expect(await kit.agents.managed.lookForUpdate("made")).toMatchObject({ value: { install: { update: "1.1.0" } } });
  expect(await kit.agents.managed.install("made")).toMatchObject({
    value: { install: { installed: { version: "1.1.0" }, update: null } },
  });
  await kit.open(new TestHost(), "made", "chat-2");
  const versions = (): string[] =>
    left()
      .flatMap((name) => /^[\d.]+(?=-)/.exec(name) ?? [])
      .toSorted();
  clock.advance(60_000);
  expect(versions()).toEqual(["1.0.0", "1.1.0"]);
  await session.cancel();
  expect(await turn).toMatchObject({ ok: true });
  await kit.agents.backend.closeChat("chat-1");
  await until(() => (clock.advance(60_000), versions().length === 1));
  expect(versions()).toEqual(["1.1.0"]);
});

it("uses the person's own program where there is one, and takes away what isn't used at once", async () => {
  const own = path.join(dir, "own");
  mkdirSync(own);
  openKit(publish("1.0.0"), { PATH: `${own}:${process.env["PATH"]}` });
  await kit.agents.managed.install("made");
  expect(view()?.installed?.used).toBe(true);
  writeFileSync(path.join(own, "fake-cli"), program);
  chmodSync(path.join(own, "fake-cli"), 0o755);
  await kit.agents.refresh([], { handshake: false });
  expect(kit.agents.get("made")).toMatchObject({ path: path.join(own, "fake-cli"), install: { installed: { used: false } } });
  expect(await kit.agents.managed.remove("made")).toMatchObject({ value: { found: "yes", install: { installed: null } } });
  expect(readdirSync(path.dirname(root()))).toEqual([]);
});

it("takes away one that is used when its turn is over, and no session begins on it any more", async () => {
  const clock = new ManualClock();
  openKit(publish("1.0.0"), { clock });
  await kit.agents.managed.install("made");
  const session = await kit.open(new TestHost(), "made", "chat-1");
  const turn = session.prompt(textPrompt([{ untilCancelled: true }]));
  expect(await kit.agents.managed.remove("made")).toMatchObject({
    value: { status: "unavailable", install: { installed: null } },
  });
  expect(await kit.tryOpen(new TestHost(), "made", "chat-2")).toMatchObject({ ok: false });
  await session.cancel();
  expect(await turn).toMatchObject({ ok: true });
  await until(() => (clock.advance(60_000), left().length === 0));
});

it("takes nothing away from under a trial", async () => {
  const clock = new ManualClock();
  openKit(publish("1.0.0"), { clock });
  await kit.agents.managed.install("made");
  const proving = await value(kit.agents.prove({ id: "made" }));
  expect(await proving.next()).toMatchObject({ value: { type: "trying" } });
  await kit.agents.managed.remove("made");
  await until(() => kit.agents.processes().length === 0);
  await kit.agents.managed.remove("made");
  expect(left()).toHaveLength(1);
  await proving.return(undefined);
  await until(() => (clock.advance(60_000), left().length === 0));
});

it("counts nothing of an install in which the core was killed: npm is ended at the next start, and the rest goes", async () => {
  const integrity = publish("1.0.0");
  registry.stalls = true;
  const core = spawn(process.execPath, [path.resolve("electron/testing/hold-install.ts"), dir, integrity], { stdio: "ignore" });
  await until(() => registry.seen.length > 1);
  core.kill("SIGKILL");
  await once(core, "exit");
  openKit(integrity);
  const [npm] = kit.deps.processes.list();
  expect([view()?.installed, left().length, isRunning(npm?.pid ?? 0)]).toEqual([null, 1, true]);
  const bootedAtMs = Date.now() - os.uptime() * 1000;
  expect(await new Orphans({ rows: kit.deps.processes, listProcesses, bootedAtMs }).endAll()).toBe(1);
  await kit.agents.start();
  expect([left(), isRunning(npm?.pid ?? 0)]).toEqual([[], false]);
});
