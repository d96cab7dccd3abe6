import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { PermissionAction, PermissionOption } from "../../shared/run-event.ts";
import { holdLock } from "../testing/hold-lock.ts";
import { ask, createPermissionBench, edit, never, options, run, type PermissionBench } from "../testing/permission-bench.ts";

let bench: PermissionBench;

beforeEach(() => void (bench = createPermissionBench()));
afterEach(() => bench.close());

describe("decisions", () => {
  it("lets the working copy be read, without a record or an event", async () => {
    expect(await bench.service.request(bench.turn, ask({ kind: "read", paths: ["src/a.ts", ".envrc"] }), never)).toEqual({
      kind: "selected",
      optionId: "yes",
      allowed: true,
    });
    expect(bench.log).toEqual([]);
    expect(bench.records()).toEqual([]);
  });

  it("asks, tells the log and the inbox, and goes on with the answer", async () => {
    const outcome = bench.service.request(bench.turn, ask(run("rm -rf src"), { toolCallId: "t1" }), never);
    expect(bench.service.inbox()).toMatchObject([
      {
        kind: "permission",
        permission: { title: "Read README", action: { command: "rm -rf src" }, status: "open", rememberable: true },
      },
    ]);
    expect(bench.answer("yes")).toMatchObject({ ok: true, value: { status: "resolved" } });
    expect(await outcome).toEqual({ kind: "selected", optionId: "yes", allowed: true });
    expect(bench.log.map((event) => event.type)).toEqual(["permission.requested", "permission.resolved"]);
    expect(bench.log[1]?.payload).toMatchObject({ outcome: "allowed", optionId: "yes", by: "person" });
    expect(bench.service.inbox()).toEqual([]);
    expect(bench.announced).toBe(2);
    expect(bench.records()).toEqual([["resolved", "yes", "person"]]);
  });

  it('S82 tells an agent that offers both a permission for once, though "always" was answered', async () => {
    const outcome = bench.service.request(bench.turn, ask(run("npm test")), never);
    bench.answer("ever", "project");
    expect(await outcome).toEqual({ kind: "selected", optionId: "yes", allowed: true });
    expect(bench.log.at(-1)?.payload).toMatchObject({ optionId: "ever" });
    expect(bench.rules.list("p")).toMatchObject([{ match: { argv: ["npm", "test"] }, decision: "allow" }]);
  });

  it.each<[Policy, PermissionAction, "allow" | "reject" | "ask"]>([
    ["accept-edits", edit("src/a.ts", "one", "1"), "allow"],
    ["accept-edits", run("npm test"), "ask"],
    ["accept-edits", { kind: "delete", paths: ["src/a.ts"] }, "ask"],
    ["plan", edit("src/a.ts", "one", "1"), "reject"],
    ["plan", run("npm test"), "reject"],
    ["plan", edit(".envrc", null, "y"), "reject"],
    ["plan", edit("../x", null, "y"), "reject"],
    ["plan", run("ls \u202ex"), "reject"],
    ["plan", { kind: "execute" }, "reject"],
    ["plan", { kind: "undecodable" }, "reject"],
    ["plan", { kind: "other", paths: ["src/a.ts"] }, "reject"],
    ["plan", { kind: "read", paths: ["/etc/passwd"] }, "ask"],
    ["plan", { kind: "fetch", url: "https://x.test/" }, "ask"],
    ["plan", { kind: "read", terminalId: "term_1" }, "ask"],
    ["full", { kind: "read", terminalId: "term_1" }, "ask"],
    ["full", { kind: "read", terminalId: "term_1", paths: ["src/a.ts"] }, "ask"],
    ["plan", { kind: "other", terminalId: "term_1" }, "reject"],
    ["full", run("npm test; npm run x"), "allow"],
    ["full", { kind: "fetch", url: "https://x.test/" }, "allow"],
    ["full", { kind: "undecodable" }, "ask"],
    ["full", run("ls \u202ex"), "ask"],
    ["full", { kind: "read", paths: ["/etc/passwd"] }, "ask"],
    ["full", edit("../x", null, "y"), "ask"],
    ["full", edit(".git/hooks/pre-commit", null, "y"), "ask"],
    ["accept-edits", edit(".VSCODE/tasks.json", null, "y"), "ask"],
  ])("S54 policy %s: %j → %s", async (chosen, action, expected) => {
    bench.policy = chosen;
    const outcome = bench.service.request(bench.turn, ask(action), never);
    expect(bench.service.inbox()).toHaveLength(expected === "ask" ? 1 : 0);
    if (expected === "ask") return;
    expect(await outcome).toEqual({
      kind: "selected",
      optionId: expected === "allow" ? "yes" : "no",
      allowed: expected === "allow",
      ...(expected === "allow" ? {} : { refusedBy: `policy:${chosen}` }),
    });
    expect(bench.records()).toEqual([["resolved", expected === "allow" ? "yes" : "no", `policy:${chosen}`]]);
    const decided = {
      outcome: expected === "allow" ? "allowed" : "rejected",
      by: `policy:${chosen}`,
      action: { kind: action.kind },
    };
    const free = action.kind === "read";
    expect(bench.log).toMatchObject(free ? [] : [{ type: "permission.decided", payload: decided }]);
    expect(JSON.stringify(bench.log)).not.toContain("newText");
  });

  it("S86 a policy holds for its own session alone, as read at each request", async () => {
    bench.policy = "full";
    expect(await bench.service.request(bench.turn, ask(run("a")), never)).toMatchObject({ allowed: true });
    bench.policy = "ask";
    void bench.service.request(bench.turn, ask(run("a")), never);
    expect(bench.service.inbox()).toHaveLength(1);
  });

  it("a policy never picks an option that lasts", async () => {
    bench.policy = "full";
    void bench.service.request(bench.turn, ask(run("a"), { options: options.slice(1) }), never);
    expect(bench.service.inbox()).toHaveLength(1);
    bench.policy = "plan";
    expect(
      await bench.service.request(
        bench.turn,
        ask(run("a"), { options: [{ optionId: "n", kind: "reject_always", name: "" }] }),
        never,
      ),
    ).toEqual({ kind: "cancelled", refusedBy: "policy:plan" });
  });
});

describe("rules", () => {
  it("remembers exactly this command, for the session or the project", async () => {
    void bench.service.request(bench.turn, ask(run("npm test")), never);
    bench.answer("yes", "session");
    expect(
      await bench.service.request(
        { ...bench.turn, runId: "r2", agentId: "other" },
        ask({ kind: "execute", argv: ["npm", "test"] }),
        never,
      ),
    ).toMatchObject({ allowed: true });
    void bench.service.request({ ...bench.turn, sessionId: "s2" }, ask(run("npm test")), never);
    expect(bench.service.inbox()).toHaveLength(1);
    bench.answer("yes", "project");
    expect(await bench.service.request({ ...bench.turn, sessionId: "s2" }, ask(run("npm test")), never)).toMatchObject({
      allowed: true,
    });
    void bench.service.request({ ...bench.turn, sessionId: "s3", projectId: "p2" }, ask(run("npm test")), never);
    expect(bench.service.inbox()).toHaveLength(1);
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
    void bench.service.request(bench.turn, ask(run("git log")), never);
    bench.answer("yes", "project");
    void bench.service.request(bench.turn, ask(run(command)), never);
    // A trailing " -- " is another argument as well.
    expect(bench.service.inbox()).toHaveLength(1);
  });

  it("S79 the same command in another folder asks", () => {
    void bench.service.request(bench.turn, ask(run("make")), never);
    bench.answer("yes", "project");
    void bench.service.request(bench.turn, ask({ ...run("make"), cwd: "src" }), never);
    expect(bench.service.inbox()).toHaveLength(1);
  });

  it("S80 hosts and paths are compared whole", async () => {
    void bench.service.request(bench.turn, ask({ kind: "fetch", url: "https://docs.python.org" }), never);
    bench.answer("yes", "project");
    expect(await bench.service.request(bench.turn, ask({ kind: "fetch", url: "https://docs.python.org/" }), never)).toMatchObject(
      {
        allowed: true,
      },
    );
    for (const action of [
      { kind: "fetch", url: "https://docs.python.org.evil.test/" },
      { kind: "fetch", url: "https://docs.python.org/x" },
    ] as PermissionAction[]) {
      void bench.service.request(bench.turn, ask(action), never);
    }
    expect(bench.service.inbox()).toHaveLength(2);
  });

  it("a remembered refusal refuses, and goes with its removal", async () => {
    void bench.service.request(bench.turn, ask(edit("src/a.ts", "one", "1")), never);
    bench.answer("no", "project");
    expect(await bench.service.request(bench.turn, ask(edit("src/a.ts", "two", "2")), never)).toEqual({
      kind: "selected",
      optionId: "no",
      allowed: false,
      refusedBy: expect.stringMatching(/^rule:/),
    });
    const [rule] = bench.rules.list("p");
    expect(rule).toMatchObject({ decision: "reject", match: { kind: "path", action: "edit", path: "src/a.ts" } });
    expect(bench.rules.list("p2")).toEqual([]);
    expect(bench.rules.remove(rule?.id ?? "").ok).toBe(true);
    expect(bench.rules.remove(rule?.id ?? "")).toMatchObject({ error: { code: "RULE_NOT_FOUND" } });
    expect(bench.rules.list(null)).toEqual([]);
  });

  it("S54 remembers nothing about a protected file, even when told to", () => {
    void bench.service.request(bench.turn, ask(edit(".envrc", null, "x")), never);
    expect(bench.service.inbox()).toMatchObject([{ permission: { rememberable: false } }]);
    expect(bench.answer("yes", "project")).toMatchObject({ error: { code: "INPUT_INVALID", field: "remember" } });
    expect(bench.service.inbox()).toHaveLength(1);
    expect(bench.answer("yes").ok).toBe(true);
    expect(bench.rules.list(null)).toEqual([]);
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
    void bench.service.request(bench.turn, ask(run("a"), { options: forged }), never);
    expect(bench.service.inbox()).toMatchObject([{ permission: { options: [{ optionId: "yes" }] } }]);
    expect(bench.answer("x")).toMatchObject({ error: { code: "PERMISSION_OPTION_UNKNOWN", field: "optionId" } });
    expect(bench.service.inbox()).toHaveLength(1);
  });

  it("S82 a request without options is refused and told", async () => {
    expect(await bench.service.request(bench.turn, ask(run("a"), { options: [] }), never)).toEqual({ kind: "cancelled" });
    expect(bench.log).toMatchObject([{ type: "notice" }]);
  });

  it("S84 answers once: twice, after cancel, after a restart", async () => {
    const first = bench.service.request(bench.turn, ask(run("a")), never);
    const id = bench.openId();
    expect(bench.service.answer(id, { optionId: "no", remember: "once", minutes: null, by: "one" }).ok).toBe(true);
    expect(bench.service.answer(id, { optionId: "yes", remember: "once", minutes: null, by: "two" })).toMatchObject({
      error: { code: "PERMISSION_CLOSED" },
    });
    expect(await first).toMatchObject({ allowed: false });

    const abort = new AbortController();
    const second = bench.service.request(bench.turn, ask(run("a")), abort.signal);
    const secondId = bench.openId();
    abort.abort();
    expect(await second).toEqual({ kind: "cancelled" });
    expect(bench.service.answer(secondId, { optionId: "yes", remember: "once", minutes: null, by: "late" })).toMatchObject({
      error: { code: "PERMISSION_CLOSED" },
    });

    void bench.service.request(bench.turn, ask(run("a")), never);
    const thirdId = bench.openId();
    bench.restart();
    expect(bench.service.answer(thirdId, { optionId: "yes", remember: "once", minutes: null, by: "late" })).toMatchObject({
      error: { code: "PERMISSION_CLOSED" },
    });
    expect(bench.service.answer("perm_none", { optionId: "yes", remember: "once", minutes: null, by: "x" })).toMatchObject({
      error: { code: "PERMISSION_NOT_FOUND" },
    });
    expect(bench.records().slice(0, 2)).toEqual([
      ["resolved", "no", "one"],
      ["cancelled", null, "cancel"],
    ]);
  });

  it("S84 cancelling a run ends its own open asks, with events, and no others", async () => {
    const mine = bench.service.request(bench.turn, ask(run("a")), never);
    const question = bench.service.ask(bench.turn, { kind: "question", message: "?" }, never);
    void bench.service.request({ ...bench.turn, runId: "r2" }, ask(run("a")), never);
    bench.log = [];
    bench.service.cancelRun("r");
    expect(await mine).toEqual({ kind: "cancelled" });
    expect(await question).toEqual({ kind: "cancelled" });
    expect(bench.log).toMatchObject([
      { runId: "r", type: "permission.resolved", payload: { outcome: "cancelled" } },
      { type: "question.answered", payload: { outcome: "cancelled" } },
    ]);
    expect(bench.service.inbox()).toHaveLength(1);
  });

  it("R6 after a restart what was open is expired, never approved", () => {
    void bench.service.request(bench.turn, ask(run("a")), never);
    void bench.service.ask({ ...bench.turn, runId: "r2" }, { kind: "question", message: "?" }, never);
    bench.restart();
    const expired = bench.service.expireAllOpen();
    expect([...expired.keys()]).toEqual(["r", "r2"]);
    expect(expired.get("r")).toMatchObject([{ type: "permission.resolved", payload: { outcome: "expired" } }]);
    expect(expired.get("r2")).toMatchObject([{ type: "question.answered", payload: { outcome: "expired" } }]);
    expect(bench.service.inbox()).toEqual([]);
    expect(bench.service.expireAllOpen().size).toBe(0);
  });
});

describe("a store that another process holds", () => {
  it("R53 asks as soon as it is let go, in the order in which it was asked, and keeps what was cancelled meanwhile", async () => {
    const letGo = await holdLock(bench.data);
    const stop = new AbortController();
    const first = bench.service.request(bench.turn, ask(run("rm a")), stop.signal);
    const second = bench.service.ask(
      bench.turn,
      { kind: "question", message: "Which?", options: [{ value: "a", label: "A" }] },
      never,
    );
    const third = bench.service.request(bench.turn, ask(run("rm b")), never);
    stop.abort();
    expect(await first).toEqual({ kind: "cancelled" });
    bench.clock.advance(15_000);
    expect([bench.service.inbox(), bench.announced]).toEqual([[], 0]);
    await letGo();
    bench.clock.advance(5_000);
    expect(
      bench.service
        .inbox()
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(["permission", "question"]);
    expect(bench.announced).toBe(4);
    const id = bench.service.inbox().find(({ kind }) => kind === "permission")?.id ?? "";
    expect(bench.service.answer(id, { optionId: "yes", remember: "once", minutes: null, by: "person" }).ok).toBe(true);
    expect(await third).toMatchObject({ allowed: true });
    bench.service.cancelRun(bench.turn.runId);
    expect(await second).toEqual({ kind: "cancelled" });
    expect(bench.records()).toEqual([
      ["cancelled", null, "cancel"],
      ["resolved", "yes", "person"],
    ]);
  });
});
