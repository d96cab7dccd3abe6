import { describe, expect, it } from "vitest";
import { failure } from "../../shared/errors.ts";
import { isTerminal, type RunEvent } from "../../shared/run-event.ts";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";

const types = (events: RunEvent[]): string[] => events.map((event) => event.type);

describe("runs", () => {
  it("goes from accepted to completed, numbered without gaps, with checkpoint and revision before the end", async () => {
    const bench = createRunBench();
    const run = await bench.start("chat-1");
    const turn = await until(() => bench.backend.turns[0]);
    turn.host.onUpdate({ type: "text", text: "Hello" });
    turn.end();
    await until(() => bench.runRepository.find(run.id)?.status === "completed");
    const events = bench.events(run.id);
    // The first checkpoint lies beside the turn, anywhere before the last one.
    const told = types(events);
    expect(told.filter((type) => type === "checkpoint.created")).toHaveLength(2);
    expect(told.toSpliced(told.indexOf("checkpoint.created"), 1)).toEqual([
      "run.accepted",
      "run.started",
      "assistant.delta",
      "revision.created",
      "checkpoint.created",
      "run.completed",
    ]);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(bench.recorded).toEqual([expect.objectContaining({ runId: run.id, beforeTree: "tree-1", afterTree: "tree-2" })]);
  });

  it("R99 answers the same run for the same idempotency key, also when both calls come at once", async () => {
    const bench = createRunBench();
    const [first, second] = await Promise.all([
      bench.start("chat-1", "once", { idempotencyKey: "k" }),
      bench.start("chat-1", "once", { idempotencyKey: "k" }),
    ]);
    expect(second.id).toBe(first.id);
    expect((await bench.start("chat-1", "once", { idempotencyKey: "k" })).id).toBe(first.id);
    expect(bench.runRepository.listChat("chat-1", 10)).toHaveLength(1);
  });

  it("starts nothing and writes nothing when a check fails, and tells them in their order", async () => {
    const bench = createRunBench();
    bench.services.projects.requireTrusted = async () => failure("PROJECT_NOT_TRUSTED", "Not trusted");
    bench.services.agents.checkUsable = () => failure("CODING_AGENT_MODEL_UNAVAILABLE", "No such model");
    await expect(bench.start("nowhere")).rejects.toMatchObject({ code: "CHAT_NOT_FOUND" });
    await expect(bench.start("chat-1", "x", { baseRevisionId: "other" })).rejects.toMatchObject({ code: "PROJECT_NOT_TRUSTED" });
    bench.services.projects.requireTrusted = async () => ({ ok: true, value: null });
    await expect(bench.start("chat-1", "x", { baseRevisionId: "other" })).rejects.toMatchObject({
      code: "CODING_AGENT_MODEL_UNAVAILABLE",
      field: "modelId",
    });
    bench.services.agents.checkUsable = () => ({ ok: true, value: null });
    await expect(bench.start("chat-1", "x", { baseRevisionId: "other" })).rejects.toMatchObject({
      code: "REVISION_CONFLICT",
      data: { revisionId: "tree-0" },
    });
    expect(bench.backend.opens).toEqual([]);
    expect(bench.runRepository.listOpen()).toEqual([]);
  });

  it("refuses a mode that the agent is known not to have, and lets one through that it hasn't told of", async () => {
    const bench = createRunBench();
    const input = {
      chatId: "chat-1",
      agentId: "fake",
      modelId: null,
      modeId: "zz",
      prompt: [{ type: "text" as const, text: "go" }],
    };
    const modes = [{ id: "code", name: "Code" }];
    const options = { models: [], modes, thinkingLevels: [], commands: [] };
    const agent = {
      id: "fake",
      label: "",
      description: "",
      homepage: null,
      installHint: null,
      package: null,
      install: null,
      licence: null,
      wellKnown: false,
      found: "yes",
      forPractice: false,
      askingSince: null,
      source: "user",
      enabled: true,
      asks: "yes",
      changedUnaskedAt: null,
      policyModes: {},
      looseModes: {},
    } as const;
    bench.services.agents.list = () => [
      {
        ...agent,
        keys: [],
        signIn: [],
        tui: null,
        status: "ready",
        reason: null,
        version: null,
        path: null,
        checkedAt: null,
        options,
      },
    ];
    expect(await bench.runs.create(input)).toMatchObject({ ok: false, error: { code: "INPUT_INVALID", field: "modeId" } });
    modes.pop();
    expect(await bench.runs.create(input)).toMatchObject({ ok: true });
  });

  it("lets two sessions that work in the project's own folder take turns, and others not", async () => {
    const bench = createRunBench();
    const [first, second] = [bench.services.sessions.find("ses-a"), bench.services.sessions.find("ses-b")];
    if (first && second) Object.assign(second.copy, { kind: "in-place", path: first.copy.path });
    await bench.start("chat-1");
    const waiting = await bench.start("chat-3");
    expect(waiting).toMatchObject({ status: "queued", reason: "Waits for chat 1 of another session in this folder" });
    expect((await bench.start("chat-4")).status).not.toBe("queued");
    (await until(() => bench.backend.turns[0])).end();
    await until(() => bench.runRepository.find(waiting.id)?.status === "running");
    expect(bench.leases.take("copy-ses-a")).not.toBeNull();
    expect(bench.leases.take("copy-of-nobody", first?.copy.path)).toBeNull();
  });

  it("keeps leases apart that have different folders, whatever they call them", () => {
    const bench = createRunBench();
    const end = bench.leases.take("checkout", "/a");
    expect(bench.leases.take("checkout", "/a")).toBeNull();
    const other = bench.leases.take("checkout", "/b");
    end?.();
    expect(other).not.toBeNull();
    expect(bench.leases.take("checkout", "/b")).toBeNull();
    expect(bench.leases.take("checkout", "/a")).not.toBeNull();
  });

  it("lets the runs of one working copy take turns, and says what the waiting one waits for", async () => {
    const bench = createRunBench();
    const first = await bench.start("chat-1");
    const second = await bench.start("chat-2");
    expect(bench.runRepository.find(second.id)).toMatchObject({ status: "queued", reason: "Waits for chat 1" });
    (await until(() => bench.backend.turns[0])).end();
    await until(() => bench.runRepository.find(first.id)?.status === "completed");
    (await until(() => bench.backend.turns[1])).end();
    await until(() => bench.runRepository.find(second.id)?.status === "completed");
  });

  it("runs different sessions at once, up to the limit", async () => {
    const bench = createRunBench();
    await bench.start("chat-1");
    await bench.start("chat-3");
    const third = await bench.start("chat-4");
    await until(() => bench.backend.turns.length === 2);
    expect(bench.runRepository.find(third.id)?.reason).toMatch(/free place/);
  });

  it("stops at once what is still queued", async () => {
    const bench = createRunBench();
    await bench.start("chat-1");
    const waiting = await bench.start("chat-2");
    expect(bench.runs.cancel(waiting.id)).toMatchObject({ ok: true, value: { status: "cancelled" } });
    expect(types(bench.events(waiting.id))).toEqual(["run.accepted", "run.cancelled"]);
  });

  it("stops a run: cancel sent, asks closed, open tools end as cancelled, late updates dropped", async () => {
    const bench = createRunBench();
    const run = await bench.start("chat-1");
    const turn = await until(() => bench.backend.turns[0]);
    turn.host.onUpdate({ type: "tool", tool: { id: "t", kind: "execute", title: "npm test", status: "in_progress" } });
    bench.runs.cancel(run.id);
    bench.runs.cancel(run.id);
    expect(turn.cancelled).toBe(true);
    expect(bench.cancelledAsks).toContain(run.id);
    turn.end("cancelled");
    await until(() => bench.runRepository.find(run.id)?.status === "cancelled");
    turn.host.onUpdate({ type: "text", text: "late" });
    const events = bench.events(run.id);
    expect(events.filter((event) => event.type === "tool.failed")).toEqual([
      expect.objectContaining({
        payload: expect.objectContaining({ id: "t", status: "cancelled", code: "CANCELLED", message: "Stopped" }),
      }),
    ]);
    expect(events.filter(isTerminal)).toHaveLength(1);
    expect(types(events).at(-1)).toBe("run.cancelled");
  });

  it("R22 kills an agent that doesn't answer a cancel", async () => {
    const bench = createRunBench();
    const run = await bench.start("chat-1");
    const turn = await until(() => bench.backend.turns[0]);
    bench.runs.cancel(run.id);
    bench.clock.advance(10_000);
    expect(turn.killed).toBe(true);
    await until(() => bench.runRepository.find(run.id)?.status === "cancelled");
  });

  it("R23 stops while the agent is still being opened", async () => {
    const bench = createRunBench();
    bench.backend.holdOpening = new Promise(() => {});
    const run = await bench.start("chat-1");
    await until(() => bench.backend.opens.length === 1);
    bench.runs.cancel(run.id);
    await until(() => bench.runRepository.find(run.id)?.status === "cancelled");
    expect(bench.backend.turns).toEqual([]);
  });

  it("R18 fails the run whose agent dies, and the next one goes", async () => {
    const bench = createRunBench();
    const run = await bench.start("chat-1");
    (await until(() => bench.backend.turns[0])).fail({ type: "crashed", message: "The agent ended with 137" });
    await until(() => bench.runRepository.find(run.id)?.status === "failed");
    expect(bench.runRepository.find(run.id)?.error).toEqual({ code: "AGENT_CRASHED", message: "The agent ended with 137" });
    await bench.start("chat-1");
    await until(() => bench.backend.turns.length === 2);
  });

  it("ends what runs as interrupted when the host closes", async () => {
    const bench = createRunBench();
    const run = await bench.start("chat-1");
    await until(() => bench.backend.turns[0]);
    bench.runs.dispose();
    expect(bench.runRepository.find(run.id)).toMatchObject({ status: "interrupted", error: { code: "HOST_CLOSED" } });
    expect(types(bench.events(run.id)).at(-1)).toBe("run.interrupted");
  });
});

describe("queue", () => {
  const choice = { agentId: "fake", modelId: null, modeId: null, thinkingLevel: null };
  const add = (bench: ReturnType<typeof createRunBench>, text: string) =>
    bench.queue.add("chat-1", { prompt: [{ type: "text", text }], choice });

  it("sends prompts in order as runs complete, each once", async () => {
    const bench = createRunBench();
    await bench.start("chat-1", "first");
    add(bench, "second");
    add(bench, "third");
    for (const index of [0, 1, 2]) (await until(() => bench.backend.turns[index])).end();
    await until(() => bench.runRepository.listOpen().length === 0);
    const sent = bench.backend.turns.map((turn) => turn.request.blocks[0]);
    expect(sent).toEqual(["first", "second", "third"].map((text) => ({ type: "text", text })));
    expect(bench.queue.view("chat-1").items).toEqual([]);
  });

  it("waits for the person after a failure, and goes on when released", async () => {
    const bench = createRunBench();
    await bench.start("chat-1");
    add(bench, "next");
    (await until(() => bench.backend.turns[0])).fail({ type: "failed", message: "401" });
    await until(() => bench.queue.view("chat-1").held);
    expect(bench.backend.turns).toHaveLength(1);
    bench.queue.release("chat-1");
    await until(() => bench.backend.turns.length === 2);
  });

  it("moves, edits and removes, and tells when an item has gone out", async () => {
    const bench = createRunBench();
    await bench.start("chat-1");
    add(bench, "a");
    add(bench, "b");
    const c = add(bench, "c");
    const [a, , last] = c.ok ? c.value.items : [];
    const moved = bench.queue.update("chat-1", last?.id ?? "", { toIndex: 0 });
    expect(moved.ok && moved.value.items.map((item) => item.prompt[0])).toEqual(
      ["c", "a", "b"].map((text) => ({ type: "text", text })),
    );
    expect(bench.queue.remove("chat-1", a?.id ?? "").ok).toBe(true);
    expect(bench.queue.remove("chat-1", a?.id ?? "")).toMatchObject({ ok: false, error: { code: "QUEUE_ITEM_NOT_FOUND" } });
  });
});
