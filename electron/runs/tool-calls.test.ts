import { describe, expect, it } from "vitest";
import { maxBodyChars } from "./tool-bodies.ts";
import { ToolCalls } from "./tool-calls.ts";

describe("tool calls", () => {
  it("tells a call's start whole, a new status without a body, and with its end what it told meanwhile", () => {
    const { tools, progress } = setUp();
    const input = { path: "a.ts" };
    const whole = { id: "1", kind: "edit" as const, title: "Edit", input, locations: [{ path: "a.ts" }], diff: [] };
    expect(tools.apply(whole)).toEqual({ type: "tool.started", payload: { ...whole, status: "pending" } });
    const bare = { id: "1", kind: "edit", title: "Edit", locations: [], diff: [] };
    expect(tools.apply({ id: "1", status: "in_progress", input })).toEqual({
      type: "tool.updated",
      payload: { ...bare, status: "in_progress" },
    });
    expect(tools.apply({ id: "1", output: "half" })).toBe(null);
    expect(tools.apply({ id: "1", output: "half" })).toBe(null);
    expect(tools.get("1")).toMatchObject({ output: "half", input });
    expect(progress).toEqual(["1", "1"]);
    expect(tools.apply({ id: "1", status: "completed", output: "all", input })).toEqual({
      type: "tool.completed",
      payload: { ...bare, status: "completed", output: "all" },
    });
  });

  it("starts a call that is first heard of by an update", () => {
    expect(setUp().tools.apply({ id: "1", status: "completed" })?.type).toBe("tool.completed");
  });

  it("R37 never opens a closed call again", () => {
    const tools = setUp().tools;
    tools.apply({ id: "1", status: "completed" });
    expect(tools.apply({ id: "1", status: "in_progress" })).toBe(null);
    expect(tools.open()).toEqual([]);
  });

  it("ends open calls as cancelled, with a final snapshot, once", () => {
    const tools = setUp().tools;
    tools.apply({ id: "1", title: "run" });
    expect(tools.endOpen("CANCELLED", "Stopped")).toEqual([
      {
        type: "tool.failed",
        payload: expect.objectContaining({
          id: "1",
          status: "cancelled",
          code: "CANCELLED",
          message: "Stopped",
          diagnostics: {},
        }),
      },
    ]);
    expect(tools.endOpen("CANCELLED", "Stopped")).toEqual([]);
  });

  it("fails with the code that fits how its command ended, told before or with its end", () => {
    const { tools } = setUp();
    tools.apply({ id: "1", title: "sleep", ending: { timedOut: true } });
    expect(tools.apply({ id: "1", status: "failed" })).toMatchObject({
      payload: { code: "TIMED_OUT", message: "It took too long", diagnostics: {} },
    });
    expect(tools.apply({ id: "2", status: "failed", ending: { exitCode: 3 } })).toMatchObject({
      payload: { code: "EXECUTION_FAILED", message: "It ended with exit code 3", diagnostics: { exitCode: 3 } },
    });
    expect(tools.apply({ id: "3", status: "failed", output: "no such file" })).toMatchObject({
      payload: { code: "EXECUTION_FAILED", message: "no such file", diagnostics: {} },
    });
  });

  it("ends a refused call at once, and ignores what the agent says of it later", () => {
    const tools = setUp().tools;
    tools.apply({ id: "1", title: "rm" });
    expect(tools.reject("1", null)).toMatchObject({ type: "tool.failed", payload: { id: "1", code: "PERMISSION_DENIED" } });
    expect(tools.apply({ id: "1", status: "failed" })).toBe(null);
  });

  it("says whether a person, a remembered decision or the policy refused a call", () => {
    const tools = setUp().tools;
    for (const id of ["1", "2"]) tools.apply({ id, title: "rm" });
    expect(tools.reject("1", "rule:rule_1")).toMatchObject({
      payload: { code: "PERMISSION_DENIED", message: expect.stringContaining("remembered") },
    });
    expect(tools.reject("2", "policy:plan")).toMatchObject({
      payload: { code: "POLICY_VIOLATION", message: "Not allowed by the policy Plan only" },
    });
  });

  it("keeps a long output whole in its file while the call runs, and its end in the call", () => {
    const { tools, kept } = setUp();
    const output = `${"x".repeat(maxBodyChars)}END`;
    tools.apply({ id: "1", title: "make" });
    tools.apply({ id: "1", output, status: "in_progress" });
    expect(kept.get("1.txt")).toBe(output);
    expect(tools.get("1")).toMatchObject({ outputFile: "/outputs/1.txt", output: `…${output.slice(-maxBodyChars)}` });
    tools.apply({ id: "1", output: `${output} AND MORE` });
    const [end] = tools.endOpen("CANCELLED", "Stopped");
    expect(kept.get("1.txt")).toBe(`${output} AND MORE`);
    expect(end).toMatchObject({ payload: { outputFile: "/outputs/1.txt", output: expect.stringMatching(/AND MORE$/) } });
  });

  it("puts a long input and a long diff into files, and leaves of them what shows what they are", () => {
    const { tools, kept } = setUp();
    const content = "y".repeat(2 * maxBodyChars);
    const diff = [
      { path: "small.ts", oldText: "a", newText: "b" },
      { path: "large.ts", oldText: null, newText: content },
    ];
    const started = tools.apply({ id: "1", input: { file: "large.ts", content }, diff });
    expect(started).toMatchObject({
      payload: {
        input: { file: "large.ts" },
        inputFile: "/outputs/1.input.json",
        diff: [diff[0], { path: "large.ts", oldText: null, newText: "", cut: true }],
        diffFile: "/outputs/1.diff.json",
      },
    });
    expect(JSON.stringify(started).length).toBeLessThan(maxBodyChars);
    expect(JSON.parse(kept.get("1.diff.json") ?? "")).toEqual(diff);
    expect(JSON.parse(kept.get("1.input.json") ?? "")).toEqual({ file: "large.ts", content });
    expect(tools.apply({ id: "1", input: { file: "large.ts", content }, diff })).toBe(null);
  });
});

function setUp() {
  const kept = new Map<string, string>();
  const progress: string[] = [];
  const tools = new ToolCalls({
    files: {
      keep: (id, end, text) => (kept.set(`${id}${end}`, text), `/outputs/${id}${end}`),
      saveRunning: () => {},
    },
    onProgress: (id) => void progress.push(id),
    onEnd: () => {},
  });
  return { tools, kept, progress };
}
