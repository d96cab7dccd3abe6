import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Session } from "../shared/contract/sessions.ts";
import type { ProcessInfo } from "../shared/contract/system.ts";
import { runToEnd, startChild } from "../electron/lib/process.ts";
import { built } from "../electron/testing/built.ts";
import { until } from "../electron/testing/until.ts";
import { startHost, type Host } from "./kit/host.ts";
import { createWorkPlace, openDesk, type Desk, type WorkPlace } from "./kit/work-place.ts";

const cli = built("cli.js");
let place: WorkPlace;
let host: Host;
let desk: Desk;

beforeAll(async () => {
  place = await createWorkPlace();
  host = await startHost({ env: place.hostEnv });
  desk = await openDesk(host, place.repo);
}, 60_000);
afterAll(async () => {
  await host?.stop();
  place?.dispose();
});

/** `hearth run --once` in the core that runs. */
const command = (...args: string[]) => ({
  ...{ command: process.execPath, cwd: place.repo, env: place.hostEnv },
  args: [cli, "run", "--once", "--agent", "practice", "--yes", ...args],
});
async function once(...args: string[]) {
  const ended = await runToEnd({ ...command(...args), input: "", timeoutMs: 90_000, maxBytes: 10_000_000 });
  if (!ended.ok) throw new Error(ended.error.message);
  const { code, stdout, stderr } = ended.value;
  return { code, out: stdout.toString("utf8"), err: stderr.toString("utf8") };
}
/** But the desk's. */
const sessions = async (): Promise<string[]> =>
  (await host.api<Session[]>("GET", `/projects/${desk.project.id}/sessions?status=all`)).flatMap(({ id }) =>
    id === desk.session.id ? [] : [id],
  );
const agents = async (): Promise<ProcessInfo[]> =>
  (await host.api<ProcessInfo[]>("GET", "/system/processes")).filter(({ kind }) => kind === "agent");

it("leaves no session, worktree or process of a prompt that is for once, and what it applied", { timeout: 240_000 }, async () => {
  const before = await agents();
  expect(await once("say hello")).toMatchObject({ code: 0, out: expect.stringContaining("hello") });
  const applied = await once("create notes.md: one", "--apply", "--json");
  const events = applied.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
  expect([applied.code, events.at(-1)?.type]).toEqual([0, "run.completed"]);
  expect(readFileSync(path.join(place.repo, "notes.md"), "utf8")).toBe("one\n");
  expect(await once("fail no luck")).toMatchObject({ code: 1, err: expect.stringContaining("no luck") });
  expect(await once("say hello", "--session", desk.session.id)).toMatchObject({ code: 2 });
  expect(await sessions()).toEqual([]);
  expect(await agents()).toEqual(before);
});

it("ends with its command, and with it an agent's process that nobody shares", { timeout: 120_000 }, async () => {
  await host.api("POST", `/agents/practice/choose`, { projectId: desk.project.id, chatId: desk.chat.id });
  const shared = await until(async () => (await agents())[0], "the agent that chats share", 30_000);
  const started = await startChild(command("say go\nhang"));
  if (!started.ok) throw new Error(started.error.message);
  let out = "";
  started.value.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  await until(() => out.includes("go"), "the agent to speak", 60_000);
  expect((await agents()).map(({ pid }) => pid)).toContain(shared.pid);
  expect(await agents()).toHaveLength(2);
  process.kill(started.value.pid, "SIGKILL");
  await until(async () => (await sessions()).length === 0, "the session to be gone", 60_000);
  await until(async () => (await agents()).length === 1, "its agent's process to be gone", 60_000);
  expect((await agents()).map(({ pid }) => pid)).toEqual([shared.pid]);
  await started.value.stop();
});

it("keeps what would be lost with the session, and says where", { timeout: 120_000 }, async () => {
  const ran = await once("create more.md: two");
  const [kept, ...others] = await sessions();
  expect([ran.code, others]).toEqual([0, []]);
  expect(ran.err).toContain(`Kept as ${kept}`);
  await until(
    async () => (await agents()).every(({ sessionIds }) => sessionIds[0] !== kept),
    "its agent's process to be gone",
    60_000,
  );
});
