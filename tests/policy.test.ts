import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeMain } from "../electron/testing/agent-kit.ts";
import { until } from "../electron/testing/until.ts";
import type { Agent } from "../shared/contract/agents.ts";
import type { Alarm, InboxItem } from "../shared/contract/permissions.ts";
import type { Run } from "../shared/contract/runs.ts";
import type { Session } from "../shared/contract/sessions.ts";
import type { RunEvent } from "../shared/run-event.ts";
import { processesOf, readStream, runEnded, startHost, type Host } from "./kit/host.ts";
import { agentReady, createWorkPlace, openDesk, send, type Desk, type WorkPlace } from "./kit/work-place.ts";

const options = [
  { optionId: "yes", name: "Yes", kind: "allow_once" },
  { optionId: "no", name: "No", kind: "reject_once" },
];

describe("an agent that doesn't keep to the policy", { timeout: 60_000 }, () => {
  let place: WorkPlace;
  let host: Host;
  let desk: Desk;

  beforeAll(async () => {
    place = await createWorkPlace();
    const config = place.hostEnv["HEARTH_CONFIG_DIR"] ?? "";
    mkdirSync(config, { recursive: true });
    const program = { command: process.execPath, args: [fakeMain] };
    const agents = { sly: program, hasty: program, bold: program, mute: { ...program, asks: "no" } };
    writeFileSync(path.join(config, "agents.json"), JSON.stringify(agents));
    host = await startHost({ env: place.hostEnv });
    for (const id of Object.keys(agents)) await agentReady(host, id);
    desk = await openDesk(host, place.repo);
  });
  afterAll(async () => {
    await host?.stop();
    if (place) expect(processesOf(place.home)).toEqual([]);
    place?.dispose();
  });

  const newSession = async (workingCopy: "worktree" | "in-place" = "worktree"): Promise<Desk> => {
    const session = await host.api<Session>("POST", `/projects/${desk.project.id}/sessions`, { workingCopy });
    await host.api("PATCH", `/sessions/${session.id}`, { unread: false });
    return { ...desk, session, chat: await host.api("POST", `/sessions/${session.id}/chats`) };
  };
  const inCopy = (at: Desk, name: string): string => path.join(at.session.workingCopy.path, name);
  const steps = (...list: object[]): string => JSON.stringify(list);
  const askFor = (file: string, how: { unheard?: true } = {}): object => ({
    ...how,
    call: "session/request_permission",
    params: {
      toolCall: { toolCallId: "edit-1", title: "Edit", kind: "edit", content: [{ type: "diff", path: file, newText: "taken" }] },
      options,
    },
  });
  const alarms = (events: RunEvent[]): unknown[] =>
    events.flatMap((event) => (event.type === "notice" && event.payload.kind === "unasked" ? [event.payload] : []));
  const alarmOf = (events: RunEvent[], ...paths: string[]): unknown => ({
    kind: "unasked",
    message: expect.stringContaining(paths[0] ?? ""),
    paths,
    checkpointId: events.find((event) => event.type === "checkpoint.created")?.payload.checkpointId,
    alarmId: expect.stringMatching(/^alarm_/),
  });
  const waitingAlarms = async (run: Run): Promise<Alarm[]> =>
    (await host.api<InboxItem[]>("GET", "/inbox")).flatMap((one) =>
      one.kind === "alarm" && one.alarm.runId === run.id ? [one.alarm] : [],
    );
  const asked = (run: Run): Promise<InboxItem> =>
    until(
      async () =>
        (await host.api<InboxItem[]>("GET", "/inbox")).find(
          (one) => one.kind === "permission" && one.permission.runId === run.id,
        ),
      "the permission request",
    );
  const agent = async (id: string): Promise<Agent | undefined> =>
    (await host.api<Agent[]>("GET", "/agents")).find((one) => one.id === id);

  it("raises an alarm when it writes by itself: in the run with the files named, in the list, and of the agent from then on", async () => {
    const at = await newSession();
    expect(await agent("sly")).toMatchObject({ asks: "unknown", changedUnaskedAt: null });
    const run = await send(
      host,
      at.chat,
      steps({ write: inCopy(at, "cart.ts"), text: "taken" }, { write: inCopy(at, ".envrc"), text: "x" }),
      "sly",
    );
    const events = await readStream(host, run.id);
    expect(alarms(events)).toEqual([alarmOf(events, ".envrc", "cart.ts")]);
    expect(await runEnded(host, run.id)).toMatchObject({ status: "completed" });
    expect(await host.api("GET", `/sessions/${at.session.id}`)).toMatchObject({ unread: true });
    expect(await agent("sly")).toMatchObject({ changedUnaskedAt: expect.stringMatching(/^\d{4}-/) });
  });

  it("leaves its alarm in the inbox until the files were taken back, or it was dismissed", async () => {
    const at = await newSession();
    const first = await send(host, at.chat, steps({ write: inCopy(at, "cart.ts"), text: "taken" }), "sly");
    await runEnded(host, first.id);
    const second = await send(host, at.chat, steps({ write: inCopy(at, "more.ts"), text: "taken" }), "sly");
    await runEnded(host, second.id);
    const [alarm] = await waitingAlarms(first);
    expect(alarm).toMatchObject({ paths: ["cart.ts"], agentId: "sly", sessionId: at.session.id, status: "open" });
    const [later] = await waitingAlarms(second);
    await host.api("POST", `/alarms/${later?.id ?? ""}/dismiss`);
    expect(await waitingAlarms(second)).toEqual([]);
    expect(await waitingAlarms(first)).toHaveLength(1);
    await host.api("POST", `/checkpoints/${alarm?.checkpointId ?? ""}/restore`, { what: "files", dryRun: false });
    expect(readFileSync(inCopy(at, "cart.ts"), "utf8")).not.toBe("taken");
    expect(await waitingAlarms(first)).toEqual([]);
  });

  it("closes its alarm once all its files are rejected, also one after the other, and not while one was applied", async () => {
    const at = await newSession();
    const run = await send(
      host,
      at.chat,
      steps({ write: inCopy(at, "cart.ts"), text: "taken" }, { write: inCopy(at, "more.ts"), text: "taken" }),
      "sly",
    );
    await runEnded(host, run.id);
    const change = (verb: string, ...paths: string[]): Promise<unknown> =>
      host.api("POST", `/sessions/${at.session.id}/changes/${verb}`, { paths });
    await change("apply", "more.ts");
    await change("reject", "cart.ts");
    expect(await waitingAlarms(run)).toHaveLength(1);
    await host.api("POST", `/sessions/${at.session.id}/changes/revert`, {});
    await change("reject", "more.ts");
    expect(await waitingAlarms(run)).toEqual([]);
  });

  it("raises one when it writes after it was refused", async () => {
    const at = await newSession();
    const file = inCopy(at, "cart.ts");
    const run = await send(host, at.chat, steps(askFor(file), { write: file, text: "taken" }), "hasty");
    const item = await asked(run);
    await host.api("POST", `/permissions/${item.id}/answer`, { optionId: "no" });
    const events = await readStream(host, run.id);
    expect(alarms(events)).toEqual([alarmOf(events, "cart.ts")]);
    expect(await agent("hasty")).toMatchObject({ changedUnaskedAt: expect.any(String) });
  });

  it("raises one when it writes without waiting for the answer", async () => {
    const at = await newSession();
    const file = inCopy(at, "cart.ts");
    const prompt = steps(askFor(file, { unheard: true }), { write: file, text: "taken" }, { untilCancelled: true });
    const run = await send(host, at.chat, prompt, "hasty");
    await asked(run);
    await until(() => readFileSync(file, "utf8") === "taken", "the write");
    await host.api("POST", `/runs/${run.id}/cancel`);
    const events = await readStream(host, run.id);
    expect(events.filter((event) => event.type === "permission.resolved")).toMatchObject([{ payload: { outcome: "cancelled" } }]);
    expect(alarms(events)).toEqual([alarmOf(events, "cart.ts")]);
  });

  it("raises none for what was allowed", async () => {
    const at = await newSession();
    const file = inCopy(at, "cart.ts");
    const allowed = await send(host, at.chat, steps(askFor(file), { write: file, text: "agreed" }), "bold");
    await host.api("POST", `/permissions/${(await asked(allowed)).id}/answer`, { optionId: "yes" });
    expect(alarms(await readStream(host, allowed.id))).toEqual([]);
    expect(await agent("bold")).toMatchObject({ changedUnaskedAt: null });
  });

  it("is checked again when its queued prompt begins: under Plan only, one that never asks isn't started", async () => {
    const at = await newSession();
    const first = await send(host, at.chat, steps({ say: "begun" }, { untilCancelled: true }), "mute");
    await readStream(host, first.id, (event) => event.type === "assistant.delta");
    const file = inCopy(at, "late.txt");
    const second = await send(host, at.chat, steps({ write: file, text: "taken" }), "mute");
    await host.api("PATCH", `/sessions/${at.session.id}`, { policy: "plan" });
    await host.api("POST", `/runs/${first.id}/cancel`);
    expect(await runEnded(host, second.id)).toMatchObject({ status: "failed", error: { code: "CODING_AGENT_DOES_NOT_ASK" } });
    expect(existsSync(file)).toBe(false);
    await expect(send(host, at.chat, "hello", "mute")).rejects.toMatchObject({ code: "CODING_AGENT_DOES_NOT_ASK" });
  });

  it("is refused in place when it never asks, until the person allows it there", async () => {
    const at = await newSession("in-place");
    const prompt = steps({ write: path.join(place.repo, "made.txt"), text: "made" });
    await expect(send(host, at.chat, prompt, "mute")).rejects.toMatchObject({
      code: "CODING_AGENT_DOES_NOT_ASK",
      data: { agentId: "mute" },
    });
    await host.api("PATCH", `/sessions/${at.session.id}`, { unaskedAgents: ["mute"] });
    await runEnded(host, (await send(host, at.chat, prompt, "mute")).id);
    expect(readFileSync(path.join(place.repo, "made.txt"), "utf8")).toBe("made");
    await host.api("PATCH", `/sessions/${at.session.id}`, { unaskedAgents: [] });
    await expect(send(host, at.chat, prompt, "mute")).rejects.toMatchObject({ code: "CODING_AGENT_DOES_NOT_ASK" });
  });
});
