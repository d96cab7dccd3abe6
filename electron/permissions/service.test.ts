import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { PermissionAction, PermissionOption, RunEventBody } from "../../shared/run-event.ts";
import type { PermissionAsk } from "../agents/agent.ts";
import { manualClock } from "../lib/clock.ts";
import { openStore, type Store } from "../store/open.ts";
import { createPermissionRepository } from "../store/permissions.ts";
import { createPermissionsService, type PermissionsService, type Turn } from "./service.ts";

let dir: string;
let copy: string;
let store: Store;
let service: PermissionsService;
let policy: Policy;
let log: (RunEventBody & { runId: string })[];
let announced: number;
let turn: Turn;
const options: PermissionOption[] = [
  { optionId: "yes", kind: "allow_once", name: "Sure" },
  { optionId: "ever", kind: "allow_always", name: "Reject" },
  { optionId: "no", kind: "reject_once", name: "No" },
];
const never = new AbortController().signal;

function createService(): PermissionsService {
  return createPermissionsService({
    repository: createPermissionRepository(store),
    clock: manualClock(),
    policyOf: () => policy,
    append: (runId, body) => void log.push({ ...body, runId }),
    announceInbox: () => void (announced += 1),
  });
}

beforeEach(() => {
  dir = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-perm-")));
  copy = path.join(dir, "copy");
  mkdirSync(path.join(copy, "src"), { recursive: true });
  writeFileSync(path.join(copy, "src/a.ts"), "one\ntwo\n");
  const opened = openStore(path.join(dir, "data"), 0);
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  store.sqlite.exec(`
    INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'p', '/p', '/p', 'git', 0), ('p2', 'p', '/p2', '/p2', 'git', 0);
    INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('s', 'p', '', 0, 0), ('s2', 'p', '', 0, 0), ('s3', 'p2', '', 0, 0);
    INSERT INTO chats (id, session_id, tab_number, title, created_at) VALUES ('c', 's', 1, '', 0);
    INSERT INTO runs (id, chat_id, session_id, working_copy_id, agent_id, status, prompt, created_at)
      VALUES ('r', 'c', 's', 'w', 'practice', 'running', '[]', 0), ('r2', 'c', 's', 'w', 'practice', 'running', '[]', 0);
  `);
  policy = "ask";
  log = [];
  announced = 0;
  turn = { runId: "r", chatId: "c", sessionId: "s", projectId: "p", agentId: "practice", workingCopyPath: copy };
  service = createService();
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const ask = (action: PermissionAction, more: Partial<PermissionAsk> = {}): PermissionAsk => ({
  title: "Read README",
  action,
  options,
  ...more,
});
const run = (command: string): PermissionAction => ({ kind: "execute", command });
const edit = (name: string, oldText: string | null, newText: string): PermissionAction => ({
  kind: "edit",
  diff: [{ path: name, oldText, newText }],
});
const openId = (): string => {
  const item = service.inbox().at(-1);
  if (!item) throw new Error("Nothing is open");
  return item.id;
};
const answer = (optionId: string, remember: "once" | "session" | "project" = "once") =>
  service.answer(openId(), { optionId, remember, by: "person" });
const records = (): unknown[] =>
  store.sqlite.prepare("SELECT status, option_id, resolved_by FROM permission_requests ORDER BY rowid").raw().all();

describe("decisions", () => {
  it("lets the working copy be read, without a record or an event", async () => {
    expect(await service.request(turn, ask({ kind: "read", paths: ["src/a.ts", ".envrc"] }), never)).toEqual({
      kind: "selected",
      optionId: "yes",
      allowed: true,
    });
    expect(log).toEqual([]);
    expect(records()).toEqual([]);
  });

  it("asks, tells the log and the inbox, and goes on with the answer", async () => {
    const outcome = service.request(turn, ask(run("rm -rf src"), { toolCallId: "t1" }), never);
    expect(service.inbox()).toMatchObject([
      {
        kind: "permission",
        permission: { title: "Read README", action: { command: "rm -rf src" }, status: "open", rememberable: true },
      },
    ]);
    expect(answer("yes")).toMatchObject({ ok: true, value: { status: "resolved" } });
    expect(await outcome).toEqual({ kind: "selected", optionId: "yes", allowed: true });
    expect(log.map((event) => event.type)).toEqual(["permission.requested", "permission.resolved"]);
    expect(log[1]?.payload).toMatchObject({ outcome: "allowed", optionId: "yes", by: "person" });
    expect(service.inbox()).toEqual([]);
    expect(announced).toBe(2);
    expect(records()).toEqual([["resolved", "yes", "person"]]);
  });

  it.each<[Policy, PermissionAction, "allow" | "reject" | "ask"]>([
    ["accept-edits", edit("src/a.ts", "one", "1"), "allow"],
    ["accept-edits", run("npm test"), "ask"],
    ["accept-edits", { kind: "delete", paths: ["src/a.ts"] }, "ask"],
    ["plan", edit("src/a.ts", "one", "1"), "reject"],
    ["plan", run("npm test"), "reject"],
    ["full", run("npm test; npm run x"), "allow"],
    ["full", { kind: "fetch", url: "https://x.test/" }, "allow"],
    ["full", { kind: "undecodable" }, "ask"],
    ["full", run("ls \u202ex"), "ask"],
    ["full", { kind: "read", paths: ["/etc/passwd"] }, "ask"],
    ["full", edit("../x", null, "y"), "ask"],
    ["full", edit(".git/hooks/pre-commit", null, "y"), "ask"],
    ["accept-edits", edit(".VSCODE/tasks.json", null, "y"), "ask"],
  ])("S54 policy %s: %j → %s", async (chosen, action, expected) => {
    policy = chosen;
    const outcome = service.request(turn, ask(action), never);
    expect(service.inbox()).toHaveLength(expected === "ask" ? 1 : 0);
    if (expected === "ask") return;
    expect(await outcome).toEqual({
      kind: "selected",
      optionId: expected === "allow" ? "yes" : "no",
      allowed: expected === "allow",
    });
    expect(records()).toEqual([["resolved", expected === "allow" ? "yes" : "no", `policy:${chosen}`]]);
    expect(log).toEqual([]);
  });

  it("S86 a policy holds for its own session alone, as read at each request", async () => {
    policy = "full";
    expect(await service.request(turn, ask(run("a")), never)).toMatchObject({ allowed: true });
    policy = "ask";
    void service.request(turn, ask(run("a")), never);
    expect(service.inbox()).toHaveLength(1);
  });

  it("a policy never picks an option that lasts", async () => {
    policy = "full";
    void service.request(turn, ask(run("a"), { options: options.slice(1) }), never);
    expect(service.inbox()).toHaveLength(1);
    policy = "plan";
    expect(
      await service.request(turn, ask(run("a"), { options: [{ optionId: "n", kind: "reject_always", name: "" }] }), never),
    ).toEqual({ kind: "cancelled" });
  });
});

describe("rules", () => {
  it("remembers exactly this command, for the session or the project", async () => {
    void service.request(turn, ask(run("npm test")), never);
    answer("yes", "session");
    expect(
      await service.request({ ...turn, runId: "r2", agentId: "other" }, ask({ kind: "execute", argv: ["npm", "test"] }), never),
    ).toMatchObject({ allowed: true });
    void service.request({ ...turn, sessionId: "s2" }, ask(run("npm test")), never);
    expect(service.inbox()).toHaveLength(1);
    answer("yes", "project");
    expect(await service.request({ ...turn, sessionId: "s2" }, ask(run("npm test")), never)).toMatchObject({ allowed: true });
    void service.request({ ...turn, sessionId: "s3", projectId: "p2" }, ask(run("npm test")), never);
    expect(service.inbox()).toHaveLength(1);
  });

  it.each([
    "git log --output=x",
    "git",
    "/usr/bin/git log",
    "git log; x",
    "git log\nx",
    "A=1 git log",
    "git log $(x)",
    "git log -- ",
  ])("S79 a rule for `git log` says nothing about %j", (command) => {
    void service.request(turn, ask(run("git log")), never);
    answer("yes", "project");
    void service.request(turn, ask(run(command)), never);
    // A trailing " -- " is another argument as well.
    expect(service.inbox()).toHaveLength(1);
  });

  it("S79 the same command in another folder asks", () => {
    void service.request(turn, ask(run("make")), never);
    answer("yes", "project");
    void service.request(turn, ask({ ...run("make"), cwd: "src" }), never);
    expect(service.inbox()).toHaveLength(1);
  });

  it("S80 hosts and paths are compared whole", async () => {
    void service.request(turn, ask({ kind: "fetch", url: "https://docs.python.org" }), never);
    answer("yes", "project");
    expect(await service.request(turn, ask({ kind: "fetch", url: "https://docs.python.org/" }), never)).toMatchObject({
      allowed: true,
    });
    for (const action of [
      { kind: "fetch", url: "https://docs.python.org.evil.test/" },
      { kind: "fetch", url: "https://docs.python.org/x" },
    ] as PermissionAction[]) {
      void service.request(turn, ask(action), never);
    }
    expect(service.inbox()).toHaveLength(2);
  });

  it("a remembered refusal refuses, and goes with its removal", async () => {
    void service.request(turn, ask(edit("src/a.ts", "one", "1")), never);
    answer("no", "project");
    expect(await service.request(turn, ask(edit("src/a.ts", "two", "2")), never)).toEqual({
      kind: "selected",
      optionId: "no",
      allowed: false,
    });
    const [rule] = service.rules("p");
    expect(rule).toMatchObject({ decision: "reject", match: { kind: "path", action: "edit", path: "src/a.ts" } });
    expect(service.rules("p2")).toEqual([]);
    expect(service.removeRule(rule?.id ?? "").ok).toBe(true);
    expect(service.removeRule(rule?.id ?? "")).toMatchObject({ error: { code: "RULE_NOT_FOUND" } });
    expect(service.rules()).toEqual([]);
  });

  it("S54 remembers nothing about a protected file, even when told to", () => {
    void service.request(turn, ask(edit(".envrc", null, "x")), never);
    expect(service.inbox()).toMatchObject([{ permission: { rememberable: false } }]);
    expect(answer("yes", "project").ok).toBe(true);
    expect(service.rules()).toEqual([]);
  });
});

describe("answers", () => {
  it("S82 refuses an unknown option and drops ambiguous ones", () => {
    const forged: PermissionOption[] = [
      { optionId: "x", kind: "allow_always", name: "Reject" },
      { optionId: "x", kind: "reject_once", name: "Reject" },
      options[0] as PermissionOption,
      options[0] as PermissionOption,
    ];
    void service.request(turn, ask(run("a"), { options: forged }), never);
    expect(service.inbox()).toMatchObject([{ permission: { options: [{ optionId: "yes" }] } }]);
    expect(answer("x")).toMatchObject({ error: { code: "PERMISSION_OPTION_UNKNOWN", field: "optionId" } });
    expect(service.inbox()).toHaveLength(1);
  });

  it("S82 a request without options is refused and told", async () => {
    expect(await service.request(turn, ask(run("a"), { options: [] }), never)).toEqual({ kind: "cancelled" });
    expect(log).toMatchObject([{ type: "notice" }]);
  });

  it("S84 answers once: twice, after cancel, after a restart", async () => {
    const first = service.request(turn, ask(run("a")), never);
    const id = openId();
    expect(service.answer(id, { optionId: "no", remember: "once", by: "one" }).ok).toBe(true);
    expect(service.answer(id, { optionId: "yes", remember: "once", by: "two" })).toMatchObject({
      error: { code: "PERMISSION_CLOSED" },
    });
    expect(await first).toMatchObject({ allowed: false });

    const abort = new AbortController();
    const second = service.request(turn, ask(run("a")), abort.signal);
    const secondId = openId();
    abort.abort();
    expect(await second).toEqual({ kind: "cancelled" });
    expect(service.answer(secondId, { optionId: "yes", remember: "once", by: "late" })).toMatchObject({
      error: { code: "PERMISSION_CLOSED" },
    });

    void service.request(turn, ask(run("a")), never);
    const thirdId = openId();
    service = createService();
    expect(service.answer(thirdId, { optionId: "yes", remember: "once", by: "late" })).toMatchObject({
      error: { code: "PERMISSION_CLOSED" },
    });
    expect(service.answer("perm_none", { optionId: "yes", remember: "once", by: "x" })).toMatchObject({
      error: { code: "PERMISSION_NOT_FOUND" },
    });
    expect(records().slice(0, 2)).toEqual([
      ["resolved", "no", "one"],
      ["cancelled", null, "cancel"],
    ]);
  });

  it("S84 cancelling a run ends its own open asks, with events, and no others", async () => {
    const mine = service.request(turn, ask(run("a")), never);
    const question = service.ask(turn, { kind: "question", message: "?" }, never);
    void service.request({ ...turn, runId: "r2" }, ask(run("a")), never);
    log = [];
    service.cancelRun("r");
    expect(await mine).toEqual({ kind: "cancelled" });
    expect(await question).toEqual({ kind: "cancelled" });
    expect(log).toMatchObject([
      { runId: "r", type: "permission.resolved", payload: { outcome: "cancelled" } },
      { type: "question.answered", payload: { outcome: "cancelled" } },
    ]);
    expect(service.inbox()).toHaveLength(1);
  });

  it("R6 after a restart what was open is expired, never approved", () => {
    void service.request(turn, ask(run("a")), never);
    void service.ask({ ...turn, runId: "r2" }, { kind: "question", message: "?" }, never);
    service = createService();
    const expired = service.expireAllOpen();
    expect([...expired.keys()]).toEqual(["r", "r2"]);
    expect(expired.get("r")).toMatchObject([{ type: "permission.resolved", payload: { outcome: "expired" } }]);
    expect(expired.get("r2")).toMatchObject([{ type: "question.answered", payload: { outcome: "expired" } }]);
    expect(service.inbox()).toEqual([]);
    expect(service.expireAllOpen().size).toBe(0);
  });
});

describe("S83 an approval covers exactly what was shown", () => {
  const whole = "one\n2\n";
  async function approve(action: PermissionAction): Promise<void> {
    const outcome = service.request(turn, ask(action), never);
    answer("yes");
    await outcome;
  }
  const write = (newText: string, name = "src/a.ts"): Promise<boolean> =>
    service.authorize(turn, edit(name, null, newText), undefined, never);

  it.each([
    ["the whole file", edit("src/a.ts", "one\ntwo\n", whole)],
    ["the changed piece", edit("src/a.ts", "two", "2")],
    [
      "several pieces",
      {
        kind: "edit",
        diff: [
          { path: "src/a.ts", oldText: "one", newText: "1" },
          { path: "src/a.ts", oldText: "two", newText: "2" },
          { path: "src/a.ts", oldText: "1", newText: "one" },
        ],
      },
    ],
  ] as [string, PermissionAction][])("S83 shown as %s, written whole, once", async (_, shown) => {
    await approve(shown);
    expect(await write(whole)).toBe(true);
    void write(whole);
    expect(service.inbox()).toHaveLength(1);
  });

  it.each([
    ["other bytes", edit("src/a.ts", "two", "2"), "one\n2\nrm -rf\n", "src/a.ts"],
    ["another file", edit("src/a.ts", null, "x"), "x", "src/b.ts"],
    ["the piece as the whole file", edit("src/a.ts", "two", "2"), "2", "src/a.ts"],
    ["a piece that stands there twice", edit("src/a.ts", "o", "0"), "0ne\ntwo\n", "src/a.ts"],
    ["an edit that showed no text", { kind: "edit", paths: ["src/a.ts"] }, "x", "src/a.ts"],
  ] as [string, PermissionAction, string, string][])("S83 %s asks again", async (_, shown, text, name) => {
    await approve(shown);
    const allowed = write(text, name);
    expect(service.inbox()).toMatchObject([
      { permission: { title: "", options: [{ kind: "allow_once" }, { kind: "reject_once" }] } },
    ]);
    answer("reject");
    expect(await allowed).toBe(false);
  });

  it("S83 a command: this one, in this run, once", async () => {
    await approve(run("npm test"));
    expect(await service.authorize(turn, { kind: "execute", argv: ["npm", "test"], cwd: copy }, undefined, never)).toBe(true);
    await approve(run("npm test"));
    void service.authorize(turn, run("npm test && x"), undefined, never);
    void service.authorize({ ...turn, runId: "r2" }, run("npm test"), undefined, never);
    expect(service.inbox()).toHaveLength(2);
  });

  it("what was refused stays refused until it is approved", async () => {
    const outcome = service.request(turn, ask(edit("src/a.ts", "two", "2")), never);
    answer("no");
    await outcome;
    expect(await write(whole)).toBe(false);
    expect(service.inbox()).toEqual([]);
    await approve(edit("src/a.ts", "two", "2"));
    expect(await write(whole)).toBe(true);
  });

  it("follows policy where nothing was shown, and writes nothing after the turn", async () => {
    policy = "accept-edits";
    expect(await write(whole)).toBe(true);
    const abort = new AbortController();
    const late = service.authorize(turn, edit(".envrc", null, "x"), undefined, abort.signal);
    abort.abort();
    expect(await late).toBe(false);
    expect(await service.authorize(turn, edit("src/a.ts", null, whole), undefined, abort.signal)).toBe(false);
  });
});

describe("questions", () => {
  const schema = {
    type: "object",
    properties: {
      name: { type: "string", minLength: 2 },
      count: { type: "integer", maximum: 3 },
      kinds: { type: "array", items: { enum: ["a", "b"] }, minItems: 1 },
      sure: { type: "boolean" },
    },
    required: ["name"],
  };

  it("is answered, declined and closed", async () => {
    const first = service.ask(turn, { kind: "question", message: "Which?", options: [{ value: "a", label: "A" }] }, never);
    expect(service.inbox()).toMatchObject([{ kind: "question", question: { message: "Which?", options: [{ value: "a" }] } }]);
    const id = openId();
    expect(service.answerQuestion(id, { value: "b" }, "person")).toMatchObject({
      error: { code: "INPUT_INVALID", field: "value" },
    });
    expect(service.answerQuestion(id, { value: "a" }, "person")).toMatchObject({ ok: true, value: { status: "answered" } });
    expect(await first).toEqual({ kind: "answered", content: { value: "a" } });
    expect(service.answerQuestion(id, { value: "a" }, "person")).toMatchObject({ error: { code: "QUESTION_CLOSED" } });
    const second = service.ask(turn, { kind: "elicitation", message: "?", schema }, never);
    expect(service.answerQuestion(openId(), null, "person")).toMatchObject({ ok: true, value: { status: "declined" } });
    expect(await second).toEqual({ kind: "declined" });
    expect(log.map((event) => event.type)).toEqual([
      "question.requested",
      "question.answered",
      "question.requested",
      "question.answered",
    ]);
    expect(service.answerQuestion("qst_x", null, "person")).toMatchObject({ error: { code: "QUESTION_NOT_FOUND" } });
  });

  it.each([
    [{}, "name"],
    [{ name: "x" }, "name"],
    [{ name: 1 }, "name"],
    [{ name: "xy", count: 4 }, "count"],
    [{ name: "xy", count: 1.5 }, "count"],
    [{ name: "xy", kinds: ["c"] }, "kinds"],
    [{ name: "xy", kinds: [] }, "kinds"],
    [{ name: "xy", sure: "yes" }, "sure"],
    [{ name: "xy", other: 1 }, "other"],
  ])("names the field at fault: %j → %s", (content, field) => {
    void service.ask(turn, { kind: "elicitation", message: "?", schema }, never);
    expect(service.answerQuestion(openId(), content, "person")).toMatchObject({ error: { code: "INPUT_INVALID", field } });
    expect(service.answerQuestion(openId(), { name: "xy", count: 3, kinds: ["a"], sure: true }, "person").ok).toBe(true);
  });
});
