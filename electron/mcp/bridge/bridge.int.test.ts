import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { ManualClock } from "../../lib/clock.ts";
import { isRunning } from "../../lib/process-tree.ts";
import { callTool, connectTo, openMcpBench, toolServer, type McpBench } from "../../testing/mcp-bench.ts";
import { until } from "../../testing/until.ts";

let bench: McpBench;
let clock: ManualClock;
let clients: Client[];
beforeEach(() => {
  clock = new ManualClock();
  bench = openMcpBench({ clock });
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await bench.run.dispose();
});

const started = (): number[] => {
  const mark = path.join(bench.dir, "mark");
  return existsSync(mark) ? readFileSync(mark, "utf8").trim().split("\n").map(Number) : [];
};

/** Approves them, and connects each of so many agents to each. */
async function connect(servers: Record<string, unknown>, agents: number): Promise<Client[]> {
  bench.write(servers);
  for (const name of Object.keys(servers)) await bench.approve(name);
  const given = await Promise.all(Array.from({ length: agents }, (_, agent) => bench.use(`agent-${agent}`)));
  // Nothing runs before an agent comes.
  expect(bench.run.children.list()).toEqual([]);
  for (const server of given.flat()) clients.push(await connectTo(server));
  return clients;
}

const marked = (more: Record<string, unknown> = {}, ...args: string[]): Record<string, unknown> =>
  toolServer(["--mark", path.join(bench.dir, "mark"), ...args], more);

describe("how many processes there are", { timeout: 120_000 }, () => {
  it("N sessions of M shared servers are M processes, and each session is answered its own", async () => {
    await connect({ one: marked({ shared: true }), two: marked({ shared: true, env: { WORD: "dunlin" } }) }, 5);
    const words = await Promise.all(clients.map((client) => callTool(client, "tell")));
    expect(words).toEqual(Array.from({ length: 5 }, () => ["kittiwake", "dunlin"]).flat());
    const pids = await Promise.all(clients.map(async (client) => pidOf(await callTool(client, "who"))));
    expect([new Set(pids).size, started().length, bench.run.children.list().length]).toEqual([2, 2, 2]);
    expect(bench.processes).toEqual(new Set(pids));
  });

  it("a server that isn't marked as shared has a process a session, in the session's folder", async () => {
    await connect({ one: marked() }, 3);
    const told = await Promise.all(clients.map(async (client) => JSON.parse(await callTool(client, "who")) as { cwd: string }));
    expect([started().length, new Set(told.map(({ cwd }) => cwd))]).toEqual([3, new Set([bench.copy])]);
  });

  it("S20 a package runner begins where nothing of a project is, whoever starts it", async () => {
    const runner = path.join(bench.dir, "npx");
    writeFileSync(runner, `#!/bin/sh\nshift\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 });
    const { args } = toolServer();
    const [client] = await connect({ one: { command: runner, args: ["server@1.2.3", ...(args as string[])] } }, 1);
    expect(JSON.parse(await callTool(client as Client, "who"))).toMatchObject({ cwd: bench.apart });
    const program = await (await bench.use("agent"))[0]?.program();
    const { command = "", args: words = [] } = program ?? {};
    const printed = execFileSync(command, [...words.slice(0, 3), "pwd"], { cwd: bench.copy, encoding: "utf8" });
    expect([printed.trim(), words.slice(3, 5)]).toEqual([bench.apart, [runner, "server@1.2.3"]]);
  });

  it("nothing is left after the end", async () => {
    await connect({ one: marked({ shared: true }), two: marked() }, 2);
    await Promise.all(clients.map((client) => callTool(client, "tell")));
    expect(started().length).toBe(3);
    await bench.run.dispose();
    expect(started().filter(isRunning)).toEqual([]);
    expect(bench.processes.size).toBe(0);
  });

  it("one of its own ends with its client, a shared one a while after its last", async () => {
    const [shared, own] = await connect({ one: marked({ shared: true }), two: marked() }, 1);
    const pids = [pidOf(await callTool(shared as Client, "who")), pidOf(await callTool(own as Client, "who"))];
    // As an agent does that is killed: it says nothing.
    await Promise.all(clients.map((client) => client.close()));
    await until(() => {
      clock.advance(15_000);
      return !pids.some(isRunning) && bench.run.children.list().length === 0;
    }, "both to end");
  });

  it("a shared one that is ending when somebody comes is begun again, once", async () => {
    bench.write({ one: marked({ shared: true }) });
    await bench.approve("one");
    const [server] = await bench.use("agent");
    const first = await connectTo(server);
    const pid = pidOf(await callTool(first, "who"));
    void bench.run.children.endProcess(pid);
    const second = await connectTo(server);
    clients.push(first, second);
    const pids = [pidOf(await callTool(second, "who"))];
    await until(() => bench.run.children.list().length === 1, "the end of the first");
    for (const client of [first, second]) pids.push(pidOf(await callTool(client, "who")));
    expect([new Set(pids).size, pids.includes(pid)]).toEqual([1, false]);
  });

  it("nothing is left of one that isn't wanted any more while it begins", async () => {
    bench.write({ one: marked(), two: marked({ shared: true }) });
    for (const name of ["one", "two"]) await bench.approve(name);
    const coming = (await bench.use("agent")).map((server) => connectTo(server).then((client) => clients.push(client)));
    const came = Promise.allSettled(coming);
    await until(() => bench.run.children.list().length > 0, "a start");
    for (const name of ["one", "two"]) await bench.mcp.withdraw(name);
    await came;
    await until(() => bench.run.children.list().length === 0, "the end of all");
  });

  it("what an agent had ends when its sessions in the folder have", async () => {
    const [client] = await connect({ one: marked() }, 1);
    const pid = pidOf(await callTool(client as Client, "who"));
    bench.given.unused({ agentId: "agent-0", workingCopyPath: bench.copy });
    clock.advance(59_000);
    expect(isRunning(pid)).toBe(true);
    await bench.use("agent-0");
    clock.advance(60_000);
    expect(isRunning(pid)).toBe(true);
    bench.given.unused({ agentId: "agent-0", workingCopyPath: bench.copy });
    clock.advance(61_000);
    await until(() => !isRunning(pid), "its end");
  });
});

describe("what goes through", { timeout: 120_000 }, () => {
  it.each([{ shared: true }, { shared: false }])("brings progress and a cancelling to whom they belong (%j)", async (more) => {
    const [first, second] = await connect({ one: marked(more) }, 2);
    const go = path.join(bench.dir, "go");
    const heard = [0, 0];
    const stop = new AbortController();
    const call = { name: "wait", arguments: { go } };
    const waits = [first, second].map((client, at) =>
      client?.callTool(call, {
        onprogress: () => void (heard[at] = (heard[at] ?? 0) + 1),
        ...(at === 0 ? { signal: stop.signal } : {}),
      }),
    );
    const stopped = expect(waits[0]).rejects.toThrow();
    await until(() => heard.every((count) => count > 2), "progress of both");
    stop.abort();
    await stopped;
    const before = heard[0];
    await until(() => (heard[1] ?? 0) > 10, "more progress");
    expect(heard[0]).toBe(before);
    writeFileSync(go, "");
    expect(await waits[1]).toMatchObject({ content: [{ text: "gone on" }] });
  });

  it("a shared server that ended is begun again, and who waited is told its last words", async () => {
    const [client] = await connect({ one: marked({ shared: true }) }, 1);
    await expect(callTool(client as Client, "die")).rejects.toThrow(/The server has ended/);
    expect(await callTool(client as Client, "tell")).toBe("kittiwake");
    expect(started().length).toBe(2);
  });

  it("a shared server that doesn't answer is ended at once where it is taken away", async () => {
    bench.write({ one: toolServer(["--silent"], { shared: true }) });
    await bench.approve("one");
    const [server] = await bench.use("agent");
    const refused = expect(connectTo(server)).rejects.toThrow("The connection to the server has ended");
    const child = await until(() => bench.run.children.list()[0], "its start");
    await bench.run.withdraw("one");
    expect(isRunning(child.pid)).toBe(false);
    await refused;
  });

  it("offers of a shared server nothing that it would keep of a session", async () => {
    const [shared, own] = await connect({ one: marked({ shared: true }), two: marked() }, 1);
    expect(shared?.getServerCapabilities()).toEqual({ tools: { listChanged: true }, resources: { subscribe: false } });
    expect(own?.getServerCapabilities()).toMatchObject({ logging: {}, resources: { subscribe: true } });
  });

  it("a server of one's own may ask its client, a shared one is told that nobody can be asked", async () => {
    const [shared, own] = await connect({ one: marked({ shared: true }, "--asks"), two: marked({}, "--asks") }, 1);
    expect(await callTool(shared as Client, "tell")).toContain("Nobody can be asked");
    // This client has no roots; that it was asked shows in its own refusal.
    expect(await callTool(own as Client, "tell")).toContain("-32601");
  });

  it("says why a server can't be started", async () => {
    bench.write({ one: { command: "/nowhere/server" }, two: { command: "/nowhere/server", shared: true } });
    for (const name of ["one", "two"]) await bench.approve(name);
    for (const server of await bench.use("agent"))
      await expect(connectTo(server)).rejects.toThrow(/nowhere\/server was not found/);
    const problems = (await bench.mcp.list()).servers.map(({ told }) => told?.problem);
    expect(problems).toEqual(Array.from({ length: 2 }, () => expect.stringContaining("was not found")));
  });
});

describe("who gets in", () => {
  it("only with its token, from no page, and for as long as it counts", { timeout: 60_000 }, async () => {
    bench.write({ one: marked() });
    await bench.approve("one");
    const [server] = await bench.use("agent");
    const [other] = await bench.use("other");
    if (server?.entry.type !== "http" || other?.entry.type !== "http") throw new Error("It is given over HTTP");
    const { url, headers } = server.entry;
    const ask = async (more: Record<string, string>, to = url): Promise<number> =>
      (await fetch(to, { headers: { accept: "text/event-stream", ...more } })).status;
    expect(await ask({})).toBe(401);
    expect(await ask(other.entry.headers)).toBe(401);
    expect(await ask({ ...headers, origin: new URL(url).origin })).toBe(403);
    expect(await ask(headers, url.replace("127.0.0.1", "localhost"))).toBe(403);
    expect(await ask(headers, new URL("/other", url).href)).toBe(404);
    const client = await connectTo(server);
    clients.push(client);
    const pid = pidOf(await callTool(client, "who"));
    await bench.mcp.withdraw("one");
    expect(await ask(headers)).toBe(404);
    await until(() => !isRunning(pid), "its end");
  });

  it("gives a server the person's common variables and its own, and no others", { timeout: 60_000 }, async () => {
    bench.shell["SOME_TOKEN"] = "secret";
    const [client] = await connect({ one: marked({ env: { WORD: "x" } }) }, 1);
    const { env } = JSON.parse(await callTool(client as Client, "who")) as { env: string[] };
    expect(env).toEqual(expect.arrayContaining(["HOME", "PATH", "WORD"]));
    expect(env).not.toContain("SOME_TOKEN");
  });
});

function pidOf(told: string): number {
  return (JSON.parse(told) as { pid: number }).pid;
}
