import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createRouterClient } from "@orpc/server";
import { expect, it } from "vitest";
import { openCore, type Core } from "./core.ts";
import { ownPrograms } from "./testing/own-programs.ts";
import { holdLock } from "./testing/hold-lock.ts";
import { createTempPlace, type TempPlace } from "./testing/temp-repo.ts";
import { until } from "./testing/until.ts";

async function openAt(place: TempPlace): Promise<Core> {
  const configDir = path.join(place.root, "config");
  mkdirSync(configDir, { recursive: true });
  const second = { command: process.execPath, args: [ownPrograms.practiceAgent, "--state", path.join(place.root, "second")] };
  writeFileSync(path.join(configDir, "agents.json"), JSON.stringify({ second }));
  const opened = await openCore({
    dataDir: place.data,
    configDir,
    host: "serve",
    version: "test",
    programs: ownPrograms,
    env: { PATH: process.env["PATH"], SHELL: "/bin/sh", ...place.env },
  });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

it("R53 loses nothing while another process holds the database: ends of children, answers, what the API is told", async () => {
  const place = createTempPlace();
  const [repo, other] = [await place.repository("one", { "a.txt": "a\n" }), await place.repository("two", { "b.txt": "b\n" })];
  const core = await openAt(place);
  try {
    const rpc = createRouterClient(core.router, { context: {} });
    const project = await rpc.projects.add({ path: repo });
    await rpc.projects.trust({ id: project.id });
    const session = await rpc.sessions.create({ projectId: project.id, workingCopy: "worktree" });
    const elsewhere = await rpc.sessions.create({ projectId: project.id, workingCopy: "worktree" });
    const asking = await rpc.chats.create({ sessionId: session.id });
    const dying = await rpc.chats.create({ sessionId: elsewhere.id });
    const terminal = await rpc.terminals.open({ sessionId: session.id, cols: 80, rows: 24 });
    const ready = async (): Promise<boolean> => (await rpc.agents.list()).filter(({ status }) => status === "ready").length >= 2;
    await rpc.agents.refresh({ ids: ["second"] });
    await until(ready, "both agents");
    const asked = await rpc.runs.create({ chatId: asking.id, agentId: "practice", prompt: "run echo hi" });
    const request = await until(async () => (await rpc.permissions.inbox())[0], "a permission request");
    const yes =
      (request.kind === "permission" ? request.permission.options : []).find(({ kind }) => kind === "allow_once")?.optionId ?? "";
    const hanging = await rpc.runs.create({ chatId: dying.id, agentId: "second", prompt: "hang" });
    const status = async (id: string): Promise<string> => (await rpc.runs.get({ id })).status;
    await until(async () => (await status(hanging.id)) === "running", "the other agent at work");
    const child = await until(
      async () => (await rpc.system.processes()).find(({ sessionIds }) => sessionIds.includes(elsewhere.id)),
      "the other agent's process",
    );

    const letGo = await holdLock(place.data);
    let waiting = 2;
    const answered = rpc.permissions.answer({ id: request.id, optionId: yes, remember: "once" }).finally(() => (waiting -= 1));
    const added = rpc.projects.add({ path: other }).finally(() => (waiting -= 1));
    await rpc.terminals.write({ id: terminal.id, data: "exit 3\r" });
    process.kill(child.pid, "SIGKILL");
    await until(async () => (await rpc.runs.get({ id: hanging.id })).notSaved !== undefined, "the end of the run to be kept");
    expect(await rpc.system.health()).toEqual({ status: "ok" });
    expect(await rpc.projects.list()).toHaveLength(1);
    expect(waiting).toBe(2);
    await letGo();

    expect(await added).toMatchObject({ path: other });
    await answered;
    await until(async () => (await status(asked.id)) === "completed", "the answered run");
    await until(async () => (await status(hanging.id)) === "failed", "the run whose agent ended");
    const ended = async () => (await rpc.terminals.list({ sessionId: session.id })).find(({ id }) => id === terminal.id);
    await until(async () => (await ended())?.status === "exited", "the end of the terminal");
    expect(await ended()).toMatchObject({ exitCode: 3 });
    expect(await rpc.permissions.inbox()).toEqual([]);
  } finally {
    await core.dispose();
    place.dispose();
  }
});
