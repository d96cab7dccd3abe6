import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contract } from "../../shared/contract/contract.ts";
import { runToEnd, startChild, type Child } from "../lib/process.ts";
import { built } from "../testing/built.ts";
import { routesOf } from "../testing/local-server.ts";
import { openPty } from "../terminals/pty.ts";
import { createRepo, createTestFolder, type Repo, type TestFolder } from "../testing/repos.ts";
import { until } from "../testing/until.ts";

const cli = built("cli.js");
let folder: TestFolder;
let repo: Repo;
let env: Record<string, string>;
const children: Child[] = [];

beforeEach(() => {
  folder = createTestFolder();
  repo = createRepo(folder);
  repo.write("a.txt", "one\n");
  repo.commit("first");
  env = {
    ...folder.env,
    HEARTH_DATA_DIR: path.join(folder.path, "data"),
    HEARTH_CONFIG_DIR: path.join(folder.path, "config"),
    SHELL: "/bin/sh",
  };
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop()));
  folder.dispose();
});

/** Runs `hearth …` to its end. */
async function hearth(args: string[], input = "") {
  const ended = await runToEnd({
    command: process.execPath,
    args: [cli, ...args],
    cwd: repo.path,
    env,
    input,
    timeoutMs: 60_000,
    maxBytes: 10_000_000,
  });
  if (!ended.ok) throw new Error(ended.error.message);
  return { exitCode: ended.value.code, stdout: ended.value.stdout.toString("utf8"), stderr: ended.value.stderr.toString("utf8") };
}

/** Starts `hearth …` and gathers what it prints. */
async function start(args: string[]) {
  const started = await startChild({ command: process.execPath, args: [cli, ...args], cwd: repo.path, env });
  if (!started.ok) throw new Error(started.error.message);
  const child = started.value;
  children.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString("utf8")));
  const died = child.exited.then(() => Promise.reject(new Error(`hearth ${args.join(" ")} ended: ${output.stderr}`)));
  died.catch(() => {
    // Only who waits for something of it wants to know.
  });
  return { child, output, died };
}

async function serve(args: string[] = []) {
  const { child, output, died } = await start(["serve", "--json", ...args]);
  const line = await Promise.race([until(() => /^(.+)\n/.exec(output.stdout)?.[1], "serve to speak"), died]);
  const { url, token, pid } = JSON.parse(line);
  const call = async (method: string, route: string, body?: unknown, more: Record<string, string> = {}) =>
    fetch(`${url}${route}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === "GET" || method === "DELETE" ? {} : { "content-type": "application/json" }),
        ...more,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return { child, output, url, token, pid, call };
}

/** All rows of all tables, but for those that the core keeps about children it started by itself. */
function tablesOf(file: string): Record<string, unknown[]> {
  const database = new Database(file, { readonly: true });
  const names = database.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const kept = names.map(({ name }) => name).filter((name) => name !== "processes" && name !== "agent_facts");
  const tables = Object.fromEntries(kept.map((name) => [name, database.prepare(`SELECT * FROM ${name}`).all()]));
  database.close();
  return tables;
}

const prompt = "create notes.md:\n```\nhello\n```\nsay all done";

describe("hearth run with a core of its own", () => {
  it("goes from a prompt to changes in the checkout", async () => {
    const ran = await hearth(["run", prompt, "--agent", "practice", "--yes", "--apply", "--json"]);
    expect([ran.exitCode, ran.stderr]).toEqual([0, expect.stringContaining("applied  notes.md")]);
    const events = ran.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map((event) => event.seq)).toEqual(events.map((_, at) => at + 1));
    expect([events[0].type, events.at(-1).type]).toEqual(["run.accepted", "run.completed"]);
    expect(readFileSync(path.join(repo.path, "notes.md"), "utf8")).toBe("hello\n");
    expect(repo.git("status", "--porcelain")).toBe("?? notes.md");
  });

  it("shows what there is, restores, and tells how it stands", async () => {
    const ran = await hearth(["run", prompt, "--agent", "practice", "--yes"]);
    expect([ran.exitCode, ran.stdout.includes("all done")], ran.stderr).toEqual([0, true]);
    const [project] = JSON.parse((await hearth(["ls", "--json"])).stdout);
    const id = project.sessions[0].id;
    expect(JSON.parse((await hearth(["changes", id, "--json"])).stdout)).toMatchObject([
      { path: "notes.md", operation: "create", agent: "practice" },
    ]);
    expect((await hearth(["changes", id, "--diff"])).stdout).toContain("+hello");
    expect((await hearth(["show", id])).stdout).toMatch(/run_\w+ {2}completed {2}practice/);
    const checkpoints = JSON.parse((await hearth(["checkpoints", id, "--json"])).stdout);
    const before = checkpoints.find((one: { kind: string }) => one.kind === "before-run");
    expect((await hearth(["restore", before.id, "--yes"])).stdout).toBe("restored  notes.md\n");
    expect((await hearth(["changes", id])).stderr).toContain("No pending changes");
    const doctor = await hearth(["doctor", "--json"]);
    expect(JSON.parse(doctor.stdout)).toMatchObject({
      dataDir: env["HEARTH_DATA_DIR"],
      agents: expect.arrayContaining([expect.objectContaining({ id: "practice", status: "ready" })]),
    });
  });

  it("lists the agents that are here, a few others, and all or some on request", async () => {
    const { stdout } = await hearth(["agents"]);
    expect(stdout).toMatch(/practice +(found|ready)/);
    expect(stdout).toMatch(/– claude +unavailable/);
    expect(stdout).toMatch(/more: hearth agents --all/);
    expect(stdout).not.toContain("kimi");
    expect((await hearth(["agents", "moonshot"])).stdout).toMatch(/^– kimi/);
    const all = JSON.parse((await hearth(["agents", "--all", "--json"])).stdout);
    expect(all.map((agent: { id: string }) => agent.id)).toContain("devin");
  });

  it("shows what is wrong in the person's own files, and works without it", async () => {
    const config = path.join(folder.path, "config");
    mkdirSync(config);
    writeFileSync(path.join(config, "agents.json"), '{ "mine": { "comand": "x" } }');
    writeFileSync(path.join(config, "settings.json"), "{ broken");
    const { exitCode, stdout } = await hearth(["doctor"]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^! .*agents\.json:1: mine: .*comand/m);
    expect(stdout).toMatch(/^! .*settings\.json:1: /m);
    const { ok, problems } = JSON.parse((await hearth(["doctor", "--json"])).stdout);
    expect([ok, problems.length]).toEqual([false, 2]);
    expect((await hearth(["run", "say still here", "--agent", "practice", "--yes"])).stdout).toContain("still here");
  });

  it("refuses an untrusted project where nobody can be asked, and starts nothing", async () => {
    const { exitCode, stderr } = await hearth(["run", prompt, "--agent", "practice"]);
    expect([exitCode, stderr.includes("isn't trusted yet")]).toEqual([2, true]);
    expect(JSON.parse((await hearth(["ls", "--json"])).stdout)[0].sessions).toEqual([]);
  });

  it("R75 tells of a folder without git how to work in it, makes no session for it, and does with --in-place", async () => {
    const plain = path.join(folder.path, "plain notes");
    mkdirSync(plain);
    const refused = await hearth(["run", prompt, "--project", plain, "--agent", "practice", "--yes"]);
    expect([refused.exitCode, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toContain("With --in-place");
    expect(JSON.parse((await hearth(["ls", "--json"])).stdout)[0].sessions).toEqual([]);
    const ran = await hearth(["run", prompt, "--project", plain, "--agent", "practice", "--yes", "--in-place"]);
    expect([ran.exitCode, readFileSync(path.join(plain, "notes.md"), "utf8")]).toEqual([0, "hello\n"]);
    expect(ran.stderr).toContain("1 file changed");
  });

  it("asks again in a terminal what was mistyped, and ends with 130 on Ctrl+C at the question", async () => {
    const inTerminal = () => {
      const args = [cli, "run", "ask Which one? Apple | Pear", "--agent", "practice", "--yes"];
      const opened = openPty({ command: process.execPath, args, cwd: repo.path, env, cols: 100, rows: 30 });
      if (!opened.ok) throw new Error(opened.error.message);
      let screen = "";
      opened.value.onData((data) => (screen += data));
      return { pty: opened.value, shows: (text: string) => until(() => screen.includes(text), text) };
    };
    const first = inTerminal();
    await first.shows("[1–2]: ");
    first.pty.write("banana\r");
    await first.shows("Type a number from 1 to 2");
    first.pty.write("pe\r");
    await first.shows("You chose Pear.");
    expect(await first.pty.exited).toEqual({ code: 0, signal: null });
    const second = inTerminal();
    await second.shows("[1–2]: ");
    second.pty.write("\u0003");
    expect(await second.pty.exited).toEqual({ code: 130, signal: null });
  });

  it("is a core that others join: ls, answer and a second run, and it ends after them", async () => {
    const first = await start(["run", "ask Which one? Apple | Pear", "--agent", "practice", "--yes"]);
    const id = await Promise.race([
      until(() => /hearth answer (qst_\w+)/.exec(first.output.stderr)?.[1], "how to answer"),
      first.died,
    ]);
    const [project] = JSON.parse((await hearth(["ls", "--json"])).stdout);
    expect(project.sessions).toMatchObject([{ activity: "waiting" }]);
    const second = await start(["run", "say go\nhang", "--agent", "practice", "--yes"]);
    await Promise.race([until(() => second.output.stdout.includes("go"), "the second agent"), second.died]);
    expect(await hearth(["answer", id, "banana"])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("2  Pear") });
    expect((await hearth(["answer", id, "pe"])).exitCode).toBe(0);
    await Promise.race([until(() => first.output.stderr.includes("it ends after them"), "the first to wait"), first.died]);
    expect(first.output.stdout).toBe("You chose Pear.\n");
    process.kill(second.child.pid, "SIGINT");
    expect((await second.child.exited).code).toBe(130);
    expect((await first.child.exited).code).toBe(0);
  });

  it("gives way to hearth serve, which takes over at the same address", async () => {
    const run = await start(["run", "say go\nhang", "--agent", "practice", "--yes"]);
    await Promise.race([until(() => run.output.stdout.includes("go"), "the agent to speak"), run.died]);
    const server = await serve();
    expect(server.pid).toBe(run.child.pid);
    process.kill(run.child.pid, "SIGINT");
    expect((await run.child.exited).code).toBe(130);
    const second = await until(() => server.output.stdout.split("\n")[1], "the second line");
    expect(JSON.parse(second)).toMatchObject({ url: server.url, pid: server.child.pid });
    expect(JSON.parse((await hearth(["ls", "--json"])).stdout)).toHaveLength(1);
  });

  it("says in a sentence that the core died, or that its output has no place, and fails", async () => {
    const server = await serve();
    const run = await start(["run", "say go\nhang", "--agent", "practice", "--yes"]);
    await Promise.race([until(() => run.output.stdout.includes("go"), "the agent to speak"), run.died]);
    process.kill(server.child.pid, "SIGKILL");
    expect((await run.child.exited).code).toBe(1);
    expect(run.output.stderr.trimEnd().split("\n").at(-1)).toMatch(/^The connection to Hearth broke/);
    for (const args of ["ls", "--help"]) {
      const shell = `"${process.execPath}" "${cli}" ${args} > /dev/full`;
      const full = await runToEnd({
        command: "/bin/sh",
        args: ["-c", shell],
        cwd: repo.path,
        env,
        timeoutMs: 60_000,
        maxBytes: 10_000,
      });
      if (!full.ok) throw new Error(full.error.message);
      expect([args, full.value.code, full.value.stderr.toString()]).toEqual([
        args,
        1,
        expect.stringMatching(/^The output can't be written: .*\n$/),
      ]);
    }
  });

  it("cancels on Ctrl+C", async () => {
    const { child, output, died } = await start(["run", "say go\nhang", "--agent", "practice", "--yes"]);
    await Promise.race([until(() => output.stdout.includes("go"), "the agent to speak"), died]);
    process.kill(child.pid, "SIGINT");
    expect((await child.exited).code).toBe(130);
  });
});

describe("hearth serve", () => {
  it("tells where it is on its first line, answers, and ends on SIGTERM leaving nothing behind", async () => {
    const { child, url, pid, call } = await serve();
    expect([url, pid]).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), child.pid]);
    expect(await (await fetch(`${url}/api/v1/health`)).json()).toEqual({ status: "ok" });
    expect((await call("GET", "/api/v1/projects")).status).toBe(200);
    process.kill(child.pid, "SIGTERM");
    expect(await child.exited).toEqual({ code: 0, signal: null });
  });

  it("R55 is handed over to by a second start, also after a crash", async () => {
    const first = await serve();
    const second = await hearth(["serve", "--json"]);
    expect([second.exitCode, JSON.parse(second.stdout)]).toEqual([0, { url: first.url, token: first.token, pid: first.pid }]);
    expect(first.child.isRunning()).toBe(true);
    process.kill(first.child.pid, "SIGKILL");
    await first.child.exited;
    const third = await serve();
    expect(third.pid).not.toBe(first.pid);
    expect((await third.call("GET", "/api/v1/projects", undefined, { authorization: `Bearer ${first.token}` })).status).toBe(401);
  });

  it("R98 names a port that is taken", async () => {
    const first = await serve();
    const other = { HEARTH_DATA_DIR: path.join(folder.path, "other") };
    env = { ...env, ...other };
    const { exitCode, stderr } = await hearth(["serve", "--port", new URL(first.url).port]);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^Port \d+ is taken by another program\./)]);
  });

  it("drives the main job over HTTP, with the events as they are numbered", async () => {
    const { call } = await serve();
    const json = async (method: string, route: string, body?: unknown) =>
      (await call(method, route, body)).json() as Promise<any>;
    const project = await json("POST", "/api/v1/projects", { path: repo.path });
    expect(project).toMatchObject({ kind: "git", trusted: false });
    const session = await json("POST", `/api/v1/projects/${project.id}/sessions`, { workingCopy: "worktree" });
    await until(async () => (await json("GET", `/api/v1/sessions/${session.id}`)).workingCopy.state === "ready", "the worktree");
    const chat = await json("POST", `/api/v1/sessions/${session.id}/chats`, {});
    const runs = `/api/v1/chats/${chat.id}/coding-agent/runs`;
    const refused = await call("POST", runs, { agentId: "practice", prompt });
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: "PROJECT_NOT_TRUSTED", status: 403 }]);
    expect(await json("POST", runs, { agentId: "practice" })).toMatchObject({ code: "INPUT_INVALID", data: { field: "prompt" } });
    await json("POST", `/api/v1/projects/${project.id}/trust`, {});
    const run = await json("POST", runs, { agentId: "practice", prompt: "say one\nsay two" });
    const stream = await (await call("GET", `/api/v1/runs/${run.id}/stream`)).text();
    const ids = [...stream.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    expect(ids).toEqual(ids.map((_, at) => at + 1));
    const after = await (
      await call("GET", `/api/v1/runs/${run.id}/stream`, undefined, { "last-event-id": String(ids.length - 1) })
    ).text();
    expect([...after.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]))).toEqual([ids.length]);
    expect((await call("GET", "/api/v1/runs/run_none/stream")).status).toBe(404);
    expect((await call("DELETE", `/api/v1/sessions/${session.id}?force=true`)).status).toBe(200);
  });

  it("S7 changes nothing by any GET", async () => {
    const { call } = await serve();
    const project = (await (await call("POST", "/api/v1/projects", { path: repo.path })).json()) as { id: string };
    const session = (await (await call("POST", `/api/v1/projects/${project.id}/sessions`, {})).json()) as { id: string };
    const state = async () => {
      const projects = await (await call("GET", "/api/v1/projects")).text();
      return projects + (await (await call("GET", `/api/v1/projects/${project.id}/sessions?status=all`)).text());
    };
    await until(async () => (await state()).includes('"ready"'), "the worktree");
    const tables = (): unknown => tablesOf(path.join(env["HEARTH_DATA_DIR"] ?? "", "hearth.db"));
    // What was counted last is kept for the next start: a memory of what was seen, made here before the others ask.
    await call("GET", `/api/v1/sessions/${session.id}/changes`);
    await until(() => JSON.stringify(tables()).includes('"last_count":"{'), "the count");
    const before = tables();
    for (const { method, path: route, name } of routesOf(contract)) {
      if (method !== "GET" || /\/(watch|stream|attach)$/.test(route)) continue;
      const id = name.startsWith("projects.") ? project.id : session.id;
      const answer = await call("GET", route.replace("/x", `/${id}`));
      expect([route, answer.status < 500]).toEqual([route, true]);
    }
    expect(tables()).toEqual(before);
  });
});
