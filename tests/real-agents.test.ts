import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PendingChange } from "../shared/contract/changes.ts";
import type { AgentSession, Turn } from "../shared/contract/chats.ts";
import type { InboxItem } from "../shared/contract/permissions.ts";
import type { Run } from "../shared/contract/runs.ts";
import type { ProcessInfo } from "../shared/contract/system.ts";
import { isTerminal, type RunEvent } from "../shared/run-event.ts";
import { until } from "../electron/testing/until.ts";
import { processesOf, readStream, startHost, type Host } from "./kit/host.ts";
import { answerFor, createRealAgentPlace, type RealAgentPlace } from "./kit/real-agent-place.ts";
import { agentReady, openDesk, send, type Desk } from "./kit/work-place.ts";

const said = (events: RunEvent[]): string =>
  events.map((event) => (event.type === "assistant.delta" ? event.payload.text : "")).join("");
const startedHow = (events: RunEvent[]): string | undefined => events.find((event) => event.type === "run.started")?.payload.how;
const last = (events: RunEvent[]): RunEvent | undefined => events.at(-1);

describe.each(["opencode", "qwen"] as const)("the real %s", { timeout: 60_000 }, (agentId) => {
  let place: RealAgentPlace;
  let host: Host;
  let desk: Desk;

  // One host and one agent process for all: starting these programs in a new home takes seconds.
  beforeAll(async () => {
    place = await createRealAgentPlace(agentId);
    place.model.script(answerFor(agentId));
    host = await startHost({ env: place.hostEnv });
    await agentReady(host, agentId);
    await agentReady(host, "practice");
    desk = await openDesk(host, place.repo);
  });
  afterAll(async () => {
    await host?.stop();
    await place?.close();
  });

  const newChat = async (): Promise<Desk> => ({ ...desk, chat: await host.api("POST", `/sessions/${desk.session.id}/chats`) });
  const turn = async (at: Desk, prompt: string, agent: string = agentId): Promise<{ run: Run; events: RunEvent[] }> => {
    const run = await send(host, at.chat, prompt, agent);
    const events = await readStream(host, run.id);
    return { run: await host.api("GET", `/runs/${run.id}`), events };
  };
  const agentPids = async (label = agentId): Promise<number[]> =>
    (await host.api<ProcessInfo[]>("GET", "/system/processes"))
      .filter((info) => info.kind === "agent" && info.label.toLowerCase().includes(label))
      .map((info) => info.pid);
  const inWorktree = (file: string): string => path.join(desk.session.workingCopy.path, file);
  const changes = (): Promise<PendingChange[]> => host.api("GET", `/sessions/${desk.session.id}/changes`);
  /** Answers the permission that the run asks for, by the kind of option. */
  const answer = async (run: Run, kind: string): Promise<InboxItem & { kind: "permission" }> => {
    const item = await until(
      async () =>
        (await host.api<InboxItem[]>("GET", "/inbox")).find(
          (one) => one.kind === "permission" && one.permission.runId === run.id,
        ),
      "the permission request",
      30_000,
    );
    if (item.kind !== "permission") throw new Error("It isn't a permission");
    const option = item.permission.options.find((one) => one.kind === kind);
    await host.api("POST", `/permissions/${item.id}/answer`, { optionId: option?.optionId });
    return item;
  };

  it("takes a text turn, and a second one warm in the same process and session", async () => {
    const at = await newChat();
    const first = await turn(at, "the first words");
    expect(said(first.events)).toContain("You said: the first words");
    expect(first.events.map((event) => event.seq)).toEqual(first.events.map((_, index) => index + 1));
    expect(first.run).toMatchObject({ status: "completed", agentId });
    const before = await agentPids();
    expect(before).toHaveLength(1);
    const second = await turn(at, "the second words");
    expect(startedHow(second.events)).toBe("warm");
    expect(await agentPids()).toEqual(before);
    expect(place.model.requests.at(-1)?.transcript.join("\n")).toContain("the first words");
    expect(second.run.usage?.input).toBeGreaterThan(0);
    const sessions = await host.api<AgentSession[]>("GET", `/sessions/${desk.session.id}/agent-sessions`);
    expect(sessions.filter((one) => one.chatId === at.chat.id)).toMatchObject([
      { agent: agentId, status: "ready", hasSession: true },
    ]);
  });

  it("edits after a permission, and the change waits under its name", async () => {
    const at = await newChat();
    const run = await send(host, at.chat, `edit ${inWorktree("cart.ts")}: total = 1 -> total = 2`, agentId);
    const asked = await answer(run, "allow_once");
    expect(asked.permission.action).toMatchObject({ kind: "edit", paths: [expect.stringMatching(/cart\.ts$/)] });
    expect(JSON.stringify(asked.permission.action.diff)).toContain("total = 2");
    const events = await readStream(host, run.id);
    expect(last(events)?.type).toBe("run.completed");
    expect(readFileSync(inWorktree("cart.ts"), "utf8")).toBe("export const total = 2;\n");
    expect(readFileSync(path.join(place.repo, "cart.ts"), "utf8")).toBe("export const total = 1;\n");
    expect(await changes()).toMatchObject([
      { path: "cart.ts", operation: "edit", agent: agentId, runId: run.id, additions: 1, deletions: 1 },
    ]);
  });

  it("leaves the file alone when the edit is rejected", async () => {
    const at = await newChat();
    const run = await send(host, at.chat, `edit ${inWorktree("README.md")}: Shop -> Stolen`, agentId);
    await answer(run, "reject_once");
    const events = await readStream(host, run.id);
    expect(events.filter((event) => event.type === "permission.resolved")).toMatchObject([{ payload: { outcome: "rejected" } }]);
    expect(events.some((event) => event.type === "tool.failed" && event.payload.code === "PERMISSION_DENIED")).toBe(true);
    expect(isTerminal(last(events)!)).toBe(true);
    expect(readFileSync(inWorktree("README.md"), "utf8")).toBe("# Shop\n");
    expect((await changes()).map((change) => change.path)).not.toContain("README.md");
  });

  it("asks before a command under Ask", async () => {
    const at = await newChat();
    const run = await send(host, at.chat, "command touch made.txt", agentId);
    const asked = await answer(run, "reject_once");
    expect(asked.permission.action).toMatchObject({ kind: "execute", command: expect.stringContaining("touch made.txt") });
    expect(isTerminal(last(await readStream(host, run.id))!)).toBe(true);
    expect(existsSync(inWorktree("made.txt"))).toBe(false);
  });

  it.each(["worktree", "in-place"] as const)("under Plan only it edits nothing and runs nothing (%s)", async (workingCopy) => {
    const session = await host.api<Desk["session"]>("POST", `/projects/${desk.project.id}/sessions`, { workingCopy });
    await host.api("PATCH", `/sessions/${session.id}`, { policy: "plan" });
    const at: Desk = { ...desk, session, chat: await host.api("POST", `/sessions/${session.id}/chats`) };
    const inCopy = (file: string): string => path.join(session.workingCopy.path, file);
    const before = readFileSync(inCopy("README.md"), "utf8");
    const edit = await turn(at, `edit ${inCopy("README.md")}: Shop -> Stolen`);
    const command = await turn(at, "command touch made.txt");
    for (const { events } of [edit, command]) {
      expect(events.filter((event) => event.type === "permission.requested")).toEqual([]);
      expect(events.filter((event) => event.type === "notice")).toEqual([]);
      expect(isTerminal(last(events)!)).toBe(true);
    }
    // qwen has a mode of its own for it, in which it doesn't even try.
    const refused = [...edit.events, ...command.events].flatMap((event) =>
      event.type === "tool.failed" ? [event.payload.code] : [],
    );
    if (agentId === "opencode") expect(refused).toEqual(["POLICY_VIOLATION", "POLICY_VIOLATION"]);
    expect(readFileSync(inCopy("README.md"), "utf8")).toBe(before);
    expect(existsSync(inCopy("made.txt"))).toBe(false);
  });

  const underPolicy = async (policy: "accept-edits" | "full"): Promise<Desk> => {
    const session = await host.api<Desk["session"]>("POST", `/projects/${desk.project.id}/sessions`, { workingCopy: "worktree" });
    await host.api("PATCH", `/sessions/${session.id}`, { policy });
    return { ...desk, session, chat: await host.api("POST", `/sessions/${session.id}/chats`) };
  };
  const asked = (events: RunEvent[]): string[] =>
    events.flatMap((event) => (event.type === "permission.requested" ? [event.payload.action.kind] : []));
  const alarms = (events: RunEvent[]): RunEvent[] =>
    events.filter((event) => event.type === "notice" && event.payload.kind === "unasked");

  it("under Accept edits it edits without a question, asks before a command, and for what runs later", async () => {
    const at = await underPolicy("accept-edits");
    const inCopy = (file: string): string => path.join(at.session.workingCopy.path, file);
    const edit = await turn(at, `edit ${inCopy("cart.ts")}: total = 1 -> total = 2`);
    expect(edit.run.status).toBe("completed");
    expect([asked(edit.events), alarms(edit.events)]).toEqual([[], []]);
    expect(readFileSync(inCopy("cart.ts"), "utf8")).toBe("export const total = 2;\n");
    const command = await send(host, at.chat, "command touch made.txt", agentId);
    expect((await answer(command, "reject_once")).permission.action).toMatchObject({ kind: "execute" });
    await readStream(host, command.id);
    expect(existsSync(inCopy("made.txt"))).toBe(false);
    const workflow = inCopy(".github/workflows/ci.yml");
    mkdirSync(path.dirname(workflow), { recursive: true });
    writeFileSync(workflow, "on: push\n");
    const later = await send(host, at.chat, `edit ${workflow}: on: push -> on: fork`, agentId);
    expect((await answer(later, "reject_once")).permission.action).toMatchObject({ kind: "edit" });
    await readStream(host, later.id);
    expect(readFileSync(workflow, "utf8")).toBe("on: push\n");
  });

  it("under Full it edits and runs commands without a question", async () => {
    const at = await underPolicy("full");
    const inCopy = (file: string): string => path.join(at.session.workingCopy.path, file);
    const edit = await turn(at, `edit ${inCopy("cart.ts")}: total = 1 -> total = 3`);
    const command = await turn(at, "command touch made.txt");
    for (const { run, events } of [edit, command]) {
      expect(run.status).toBe("completed");
      expect([asked(events), alarms(events)]).toEqual([[], []]);
    }
    expect(readFileSync(inCopy("cart.ts"), "utf8")).toBe("export const total = 3;\n");
    expect(existsSync(inCopy("made.txt"))).toBe(true);
  });

  it("stops in a hanging stream and goes on at once in the same process", async () => {
    const at = await newChat();
    const run = await send(host, at.chat, "please hang", agentId);
    await readStream(host, run.id, (event) => event.type === "assistant.delta");
    const before = await agentPids();
    await host.api("POST", `/runs/${run.id}/cancel`);
    const events = await readStream(host, run.id);
    expect(last(events)?.type).toBe("run.cancelled");
    const next = await turn(at, "after the stop");
    expect(next.run.status).toBe("completed");
    expect(startedHow(next.events)).toBe("warm");
    expect(said(next.events)).toContain("You said: after the stop");
    expect(await agentPids()).toEqual(before);
  });

  it("comes back with its memory after another agent's turn", async () => {
    const at = await newChat();
    await turn(at, "the colour is teal");
    const other = await turn(at, "say I was here", "practice");
    expect(said(other.events)).toContain("I was here");
    const back = await turn(at, "which colour");
    expect(startedHow(back.events)).toBe("warm");
    expect(place.model.requests.at(-1)?.transcript.join("\n")).toContain("the colour is teal");
  });

  it("is told once when the agent is killed, and the next prompt resumes", async () => {
    const at = await newChat();
    await turn(at, "the number is 4711");
    const run = await send(host, at.chat, "please hang", agentId);
    await readStream(host, run.id, (event) => event.type === "assistant.delta");
    const [pid] = await agentPids();
    process.kill(pid!, "SIGKILL");
    const events = await readStream(host, run.id);
    expect(last(events)).toMatchObject({ type: "run.failed", payload: { message: expect.stringMatching(/\S/) } });
    expect(events.filter(isTerminal)).toHaveLength(1);
    const back = await turn(at, "which number");
    expect(["resumed", "loaded"]).toContain(startedHow(back.events));
    expect(back.run.status).toBe("completed");
    expect(place.model.requests.at(-1)?.transcript.join("\n")).toContain("the number is 4711");
    expect(await agentPids()).not.toContain(pid);
    const { turns } = await host.api<{ turns: Turn[] }>("GET", `/chats/${at.chat.id}/timeline`);
    expect(turns.map((one) => one.run.status)).toEqual(["completed", "failed", "completed"]);
  });

  it("says why when the model refuses, and goes on after", async () => {
    const at = await newChat();
    const { run } = await turn(at, "please refuse");
    expect(run).toMatchObject({
      status: "failed",
      error: { code: expect.any(String), message: expect.stringContaining("scripted 401") },
    });
    expect(run.error?.message).not.toMatch(/\{"|\[object/);
    expect((await turn(at, "once more")).run.status).toBe("completed");
  });

  it("leaves no process behind, and has asked no other host", async () => {
    expect((await agentPids()).length).toBeGreaterThan(0);
    await host.stop();
    expect(await host.ended).toEqual({ code: 0, signal: null });
    expect(processesOf(place.home)).toEqual([]);
    expect(place.asked).toEqual([]);
  });
});
