import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PermissionAction } from "../../shared/run-event.ts";
import { ask, createPermissionBench, edit, never, run, type PermissionBench } from "../testing/permission-bench.ts";

let bench: PermissionBench;

beforeEach(() => void (bench = createPermissionBench()));
afterEach(() => bench.close());

describe("S83 an approval covers exactly what was shown", () => {
  const whole = "one\n2\n";
  async function approve(action: PermissionAction): Promise<void> {
    const outcome = bench.service.request(bench.turn, ask(action), never);
    bench.answer("yes");
    await outcome;
  }
  const write = (newText: string, name = "src/a.ts"): Promise<boolean> =>
    bench.service.authorize(bench.turn, edit(name, null, newText), undefined, never);

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
    expect(bench.service.inbox()).toHaveLength(1);
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
    expect(bench.service.inbox()).toMatchObject([
      { permission: { title: "", options: [{ kind: "allow_once" }, { kind: "reject_once" }] } },
    ]);
    bench.answer("reject");
    expect(await allowed).toBe(false);
  });

  it("S83 a new file approves writing over no other", async () => {
    const replaces = (): Promise<boolean> =>
      bench.service.authorize(bench.turn, edit("src/a.ts", "one\ntwo\n", "new"), undefined, never);
    await approve(edit("src/a.ts", null, "new"));
    const allowed = replaces();
    expect(bench.service.inbox()).toMatchObject([{ permission: { action: { diff: [{ oldText: "one\ntwo\n" }] } } }]);
    bench.answer("allow");
    expect(await allowed).toBe(true);
    await approve(edit("src/new.ts", "", "new"));
    expect(await bench.service.authorize(bench.turn, edit("src/new.ts", null, "new"), undefined, never)).toBe(true);
  });

  it("S83 a command: this one, in this run, once", async () => {
    await approve(run("npm test"));
    expect(
      await bench.service.authorize(bench.turn, { kind: "execute", argv: ["npm", "test"], cwd: bench.copy }, undefined, never),
    ).toBe(true);
    await approve(run("npm test"));
    void bench.service.authorize(bench.turn, run("npm test && x"), undefined, never);
    void bench.service.authorize({ ...bench.turn, runId: "r2" }, run("npm test"), undefined, never);
    expect(bench.service.inbox()).toHaveLength(2);
  });

  it("what was refused stays refused until it is approved", async () => {
    const outcome = bench.service.request(bench.turn, ask(edit("src/a.ts", "two", "2")), never);
    bench.answer("no");
    await outcome;
    expect(await write(whole)).toBe(false);
    expect(bench.service.inbox()).toEqual([]);
    await approve(edit("src/a.ts", "two", "2"));
    expect(await write(whole)).toBe(true);
  });

  it("follows policy where nothing was shown, and writes nothing after the turn", async () => {
    bench.policy = "accept-edits";
    expect(await write(whole)).toBe(true);
    const abort = new AbortController();
    const late = bench.service.authorize(bench.turn, edit(".envrc", null, "x"), undefined, abort.signal);
    abort.abort();
    expect(await late).toBe(false);
    expect(await bench.service.authorize(bench.turn, edit("src/a.ts", null, whole), undefined, abort.signal)).toBe(false);
  });
});
