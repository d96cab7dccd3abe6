import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { NewRule } from "../../shared/contract/rules.ts";
import { ask, createPermissionBench, edit, never, run, type PermissionBench } from "../testing/permission-bench.ts";

let bench: PermissionBench;

beforeEach(() => void (bench = createPermissionBench()));
afterEach(() => bench.close());

const rule = (match: NewRule["match"], more: Partial<NewRule> = {}): NewRule => ({
  ...{ scope: "project", scopeId: "p", decision: "allow", match, minutes: null },
  ...more,
});
const command = (line: string): NewRule["match"] => ({ kind: "command", command: line, cwd: null });
const fetchFrom = (url: string) => ask({ kind: "fetch", url });
/** null: a person is asked. */
async function decided(request: ReturnType<typeof ask>, turn = bench.turn): Promise<boolean | null> {
  const before = bench.service.inbox().length;
  const outcome = bench.service.request(turn, request, never);
  if (bench.service.inbox().length > before) return null;
  const end = await outcome;
  return end.kind === "selected" && end.allowed;
}

it("S79 a rule by hand lets through exactly its command, and nothing that begins like it", async () => {
  expect(bench.rules.add(rule(command("npm test")))).toMatchObject({ ok: true, value: { match: { argv: ["npm", "test"] } } });
  expect(await decided(ask(run("npm test")))).toBe(true);
  for (const other of ["npm test; rm -rf ~", "npm test && x", "npm test -- x", "npm  'test' x", "npm test\nx", "A=1 npm test"])
    expect(await decided(ask(run(other))), other).toBeNull();
  expect(bench.rules.list("p")).toMatchObject([{ uses: 1, expiresAt: null }]);
});

it("counts in every project when it is to count always; a rejection of a narrower scope goes before", async () => {
  bench.rules.add(rule(command("make"), { scope: "always", scopeId: "" }));
  const elsewhere = { ...bench.turn, sessionId: "s3", projectId: "p2" };
  expect([await decided(ask(run("make"))), await decided(ask(run("make")), elsewhere)]).toEqual([true, true]);
  bench.rules.add(rule(command("make"), { scope: "session", scopeId: "s3", decision: "reject" }));
  expect([await decided(ask(run("make"))), await decided(ask(run("make")), elsewhere)]).toEqual([true, false]);
  expect(bench.rules.list("p").map(({ scope }) => scope)).toEqual(["always"]);
});

it("remembers an answer always, and for a time", async () => {
  void bench.service.request(bench.turn, ask(run("make")), never);
  bench.answer("yes", "always", 60);
  const elsewhere = { ...bench.turn, sessionId: "s3", projectId: "p2" };
  expect(await decided(ask(run("make")), elsewhere)).toBe(true);
  bench.clock.advance(59 * 60_000);
  expect(await decided(ask(run("make")), elsewhere)).toBe(true);
  bench.clock.advance(60_000);
  expect(await decided(ask(run("make")), elsewhere)).toBeNull();
  expect(bench.rules.list(null)).toEqual([]);
});

it("counts for longer or shorter when that is changed, and is gone with the next start once it has expired", async () => {
  const added = bench.rules.add(rule(command("make"), { minutes: 10 }));
  const id = added.ok ? added.value.id : "";
  expect(bench.rules.update(id, null)).toMatchObject({ ok: true, value: { expiresAt: null } });
  bench.clock.advance(20 * 60_000);
  expect(await decided(ask(run("make")))).toBe(true);
  expect(bench.rules.update(id, 1)).toMatchObject({ ok: true, value: { expiresAt: expect.any(String) } });
  bench.clock.advance(60_000);
  expect(bench.rules.update(id, 1)).toMatchObject({ error: { code: "RULE_NOT_FOUND" } });
  bench.service.expireAllOpen();
  expect(bench.rules.remove(id)).toMatchObject({ error: { code: "RULE_NOT_FOUND" } });
  expect(bench.service.history({ by: `rule:${id}`, limit: 10 })).toHaveLength(1);
});

it("S80 lets fetch from exactly its host", async () => {
  bench.rules.add(rule({ kind: "host", host: "docs.test" }));
  expect(await decided(fetchFrom("https://docs.test/a?b"))).toBe(true);
  expect(await decided(fetchFrom("http://docs.test/"))).toBe(true);
  for (const url of [
    "https://docs.test.evil.test/",
    "https://a.docs.test/",
    "https://docs.test:8443/",
    "https://docs.test@evil.test/",
  ])
    expect(await decided(fetchFrom(url)), url).toBeNull();
});

it("S54 rejects a protected file by rule, and never allows one", async () => {
  expect(bench.rules.add(rule({ kind: "path", action: "edit", path: ".envrc" }))).toMatchObject({
    error: { code: "INPUT_INVALID", field: "match.path" },
  });
  expect(await decided(ask(edit(".envrc", null, "x")))).toBeNull();
  bench.rules.add(rule({ kind: "path", action: "edit", path: ".envrc" }, { decision: "reject" }));
  expect(await decided(ask(edit(".envrc", null, "x")))).toBe(false);
  bench.policy = "full";
  expect(await decided(ask(edit(".envrc", null, "x")))).toBe(false);
});

it("S80 rejects by rule what touches the file among others, at either end of a move, or by a link", async () => {
  const copy = bench.turn.workingCopyPath;
  mkdirSync(path.join(copy, "config"), { recursive: true });
  writeFileSync(path.join(copy, "config/local"), "x");
  symlinkSync("config/local", path.join(copy, "settings"));
  const reject = (file: string, action: "edit" | "delete" = "edit") =>
    bench.rules.add(rule({ kind: "path", action, path: file }, { decision: "reject" }));
  reject("package-lock.json");
  reject("settings");
  reject("kept", "delete");
  bench.policy = "full";
  const diff = (file: string) => ({ path: file, oldText: null, newText: "x" });
  expect(await decided(ask({ kind: "edit", diff: [diff("a"), diff("package-lock.json")] }))).toBe(false);
  expect(await decided(ask({ kind: "move", paths: ["a", "package-lock.json"] }))).toBe(false);
  expect(await decided(ask({ kind: "move", paths: ["kept", "b"] }))).toBe(false);
  expect(await decided(ask(edit("settings", null, "x")))).toBe(false);
  expect(await decided(ask(edit("a", null, "x")))).toBe(true);
});

it("remembers what an agent calls a command where it gives nothing else, and takes nothing else for it", async () => {
  const claim = { kind: "execute", claim: "npm test" } as const;
  void bench.service.request(bench.turn, ask(claim), never);
  expect(bench.service.inbox()).toMatchObject([
    { permission: { rememberable: true, warnings: [expect.stringContaining("nothing that shows what will run")] } },
  ]);
  bench.answer("yes", "project");
  expect(await decided(ask(claim))).toBe(true);
  expect(await decided(ask(run("npm test")))).toBeNull();
  expect(await decided(ask({ ...claim, claim: "npm test " }))).toBeNull();
  bench.rules.add(rule(command("npm run x")));
  expect(await decided(ask({ ...claim, claim: "npm run x" }))).toBeNull();
});

it("S79 takes what one agent calls a command for no other agent's, and in no other project", async () => {
  const claim = ask({ kind: "execute", claim: "run the tests" });
  void bench.service.request(bench.turn, claim, never);
  bench.answer("yes", "project");
  expect(await decided(claim)).toBe(true);
  expect(await decided(claim, { ...bench.turn, agentId: "other" })).toBeNull();
  expect(await decided(claim, { ...bench.turn, sessionId: "s3", projectId: "p2" })).toBeNull();
});

it("S79 remembers a claim for every project not at all", async () => {
  const claim = ask({ kind: "execute", claim: "run the tests" });
  void bench.service.request(bench.turn, claim, never);
  expect(bench.answer("yes", "always")).toMatchObject({ error: { code: "INPUT_INVALID", field: "remember" } });
  // Nothing was promised, so it still waits, and can be answered with what there is.
  expect(bench.service.inbox()).toHaveLength(1);
  expect(bench.answer("yes", "session").ok).toBe(true);
  expect(bench.rules.list(null)).toMatchObject([{ scope: "session", match: { kind: "claim", claim: "run the tests" } }]);
});

it("says what a rule is to be about that names no project, or one too many", () => {
  expect(bench.rules.add(rule(command("make"), { scopeId: "" }))).toMatchObject({ error: { code: "PROJECT_NOT_FOUND" } });
  expect(bench.rules.add(rule(command("make"), { scope: "session" }))).toMatchObject({ error: { code: "SESSION_NOT_FOUND" } });
  expect(bench.rules.add(rule(command("make"), { scope: "always" }))).toMatchObject({ error: { field: "scopeId" } });
});

it("says which sub-agent asks, by its agent's name for it", () => {
  void bench.service.request(bench.turn, ask(run("make"), { asker: " look \n around " }), never);
  void bench.service.request(bench.turn, ask(run("make")), never);
  void bench.service.ask(bench.turn, { kind: "question", message: "?", asker: "" }, never);
  const askers = bench.service
    .inbox()
    .map((item) => (item.kind === "permission" ? item.permission.asker : item.kind === "question" && item.question.asker));
  expect(new Set(askers)).toEqual(new Set(["", "look around", null]));
  expect(bench.service.history({ search: "look around", limit: 10 })).toHaveLength(1);
});
