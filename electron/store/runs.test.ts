import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore, type Store } from "./open.ts";
import { RunRepository } from "./runs.ts";

let folder: string;
let store: Store;
let runs: RunRepository;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hearth-runs-"));
  const opened = openStore(folder, 0);
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  store.sqlite.exec(`INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'p', '/p', '/p', 'git', 0);
    INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('s', 'p', 's', 0, 0);
    INSERT INTO chats (id, session_id, tab_number, title, created_at) VALUES ('c', 's', 1, 'c', 0);`);
  runs = new RunRepository(store);
  for (const id of ["r1", "r2", "r3"]) add(id);
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function add(id: string, context: Record<string, unknown> | null = null): void {
  runs.insert({
    id,
    chatId: "c",
    sessionId: "s",
    workingCopyId: "w",
    agentId: id === "r2" ? "other" : "agent",
    requestedModelId: null,
    modeId: null,
    thinkingLevel: null,
    baseRevisionId: null,
    context,
    limits: null,
    idempotencyKey: `key-${id}`,
    reason: null,
    prompt: [{ type: "text", text: id }],
    createdAt: 0,
  });
}

it("a run comes back as it was written and changed", () => {
  runs.update("r1", { status: "failed", error: { code: "X", message: "m" }, timings: { total: 3 }, endedAt: 5 });
  runs.update("r1", { reason: "why" });
  runs.update("r1", {});
  expect(runs.find("r1")).toEqual({
    id: "r1",
    chatId: "c",
    sessionId: "s",
    workingCopyId: "w",
    agentId: "agent",
    requestedModelId: null,
    resolvedModelId: null,
    modeId: null,
    thinkingLevel: null,
    baseRevisionId: null,
    status: "failed",
    reason: "why",
    prompt: [{ type: "text", text: "r1" }],
    pause: null,
    stopReason: null,
    error: { code: "X", message: "m" },
    timings: { total: 3 },
    usage: null,
    createdAt: "1970-01-01T00:00:00.000Z",
    endedAt: "1970-01-01T00:00:00.005Z",
    lastSeq: 0,
  });
  expect(runs.findByKey("c", "key-r2")?.id).toBe("r2");
  expect(runs.standingOf("s")).toEqual({ open: ["queued", "queued"], last: "queued" });
  expect(runs.agentsOfSession("s")).toEqual(["agent", "other"]);
  expect(runs.listChat("c", 2).map((run) => run.id)).toEqual(["r2", "r3"]);
  expect(runs.listChat("c", 5, "r3").map((run) => run.id)).toEqual(["r1", "r2"]);
});

it("events are numbered in their run and among all, and are read page by page", () => {
  const said = (text: string) => ({ body: { type: "assistant.delta" as const, payload: { text } }, at: 1 });
  runs.append("r1", [said("a"), { ...said("b"), diagnostics: { why: 1 } }]);
  const [third] = runs.append("r2", [said("c")]);
  expect(third).toEqual({
    type: "assistant.delta",
    payload: { text: "c" },
    seq: 1,
    cursor: 3,
    runId: "r2",
    at: "1970-01-01T00:00:00.001Z",
  });
  expect(runs.readRun("r1", 0, 10).map(({ seq, diagnostics }) => [seq, diagnostics])).toEqual([
    [1, undefined],
    [2, { why: 1 }],
  ]);
  expect(runs.readChat("c", 1, 1).map(({ cursor }) => cursor)).toEqual([2]);
  expect([runs.cursor(), runs.find("r1")?.lastSeq]).toEqual([3, 2]);
});

it("an event of another version stands as a notice in its place, and the others are read", () => {
  const said = { body: { type: "assistant.delta" as const, payload: { text: "a" } }, at: 1 };
  runs.append("r1", [said, said, said]);
  store.sqlite.exec(`UPDATE run_events SET type = 'telepathy.heard' WHERE seq = 1;
    UPDATE run_events SET payload = '{"text":5}' WHERE seq = 2;`);
  expect(runs.readRun("r1", 0, 10).map(({ type, seq }) => [type, seq])).toEqual([
    ["notice", 1],
    ["notice", 2],
    ["assistant.delta", 3],
  ]);
});

it("a JSON column of another shape is an error that names it", () => {
  store.sqlite.exec(`UPDATE runs SET timings = '{"total":"soon"}' WHERE id = 'r1'`);
  expect(() => runs.find("r1")).toThrow("What is stored as timings can't be read");
});

it("a write that may be lost by a power cut leaves the level of the others as it was, also where it fails", () => {
  const level = (): unknown => store.sqlite.pragma("synchronous", { simple: true });
  const fails = (): never => {
    expect(level()).toBe(1);
    throw new Error("no room");
  };
  expect(() => store.write(fails, { durable: false })).toThrow("no room");
  expect(level()).toBe(2);
  store.write(() => store.write(() => expect(level()).toBe(2), { durable: false }));
});

it("finds the contract that holds for a run: its own, or the last one that went out before it", () => {
  const contract = (name: string) => ({ integrationContract: { name, tools: [] } });
  add("r4", contract("first"));
  add("r5", contract("second"));
  add("r6");
  const nameFor = (id: string) => runs.contractFor({ id, chatId: "c" })?.contract.name ?? null;
  expect(["r3", "r4", "r5", "r6"].map(nameFor)).toEqual([null, "first", "second", null]);
  runs.update("r4", { promptSentAt: 1 });
  expect(["r3", "r4", "r5", "r6"].map(nameFor)).toEqual([null, "first", "second", "first"]);
  runs.update("r5", { promptSentAt: 2 });
  expect(["r4", "r6"].map(nameFor)).toEqual(["first", "second"]);
});
