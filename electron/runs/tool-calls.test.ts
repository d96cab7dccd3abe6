import { describe, expect, it } from "vitest";
import { maxOutputChars, ToolCalls } from "./tool-calls.ts";

describe("tool calls", () => {
  it("merges updates into whole snapshots; fields that don't come keep their value", () => {
    const tools = new ToolCalls(() => null);
    tools.apply({ id: "1", kind: "edit", title: "Edit a.ts", locations: [{ path: "a.ts" }] });
    expect(tools.apply({ id: "1", status: "in_progress" })).toEqual({
      type: "tool.updated",
      payload: {
        id: "1",
        kind: "edit",
        title: "Edit a.ts",
        status: "in_progress",
        locations: [{ path: "a.ts" }],
        diff: [],
      },
    });
  });

  it("starts a call that is first heard of by an update", () => {
    expect(new ToolCalls(() => null).apply({ id: "1", status: "completed" })?.type).toBe("tool.completed");
  });

  it("R37 never opens a closed call again", () => {
    const tools = new ToolCalls(() => null);
    tools.apply({ id: "1", status: "completed" });
    expect(tools.apply({ id: "1", status: "in_progress" })).toBe(null);
    expect(tools.open()).toEqual([]);
  });

  it("ends open calls as cancelled, with a final snapshot, once", () => {
    const tools = new ToolCalls(() => null);
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

  it("ends a refused call at once, and ignores what the agent says of it later", () => {
    const tools = new ToolCalls(() => null);
    tools.apply({ id: "1", title: "rm" });
    expect(tools.reject("1")).toMatchObject({ type: "tool.failed", payload: { id: "1", code: "PERMISSION_DENIED" } });
    expect(tools.apply({ id: "1", status: "failed" })).toBe(null);
  });

  it("keeps the end of an output that is too long in the event, and the whole in a file once the call has ended", () => {
    const kept: string[] = [];
    const tools = new ToolCalls((id, output) => {
      kept.push(output);
      return `/outputs/${id}`;
    });
    const output = `${"x".repeat(maxOutputChars)}END`;
    const going = tools.apply({ id: "1", output, status: "in_progress" });
    expect(kept).toEqual([]);
    const done = tools.apply({ id: "1", output, status: "completed" });
    expect(kept).toEqual([output]);
    for (const body of [going, done]) {
      const shown = body?.type === "tool.started" || body?.type === "tool.completed" ? (body.payload.output ?? "") : "";
      expect(shown.endsWith("END")).toBe(true);
      expect(shown.length).toBeLessThanOrEqual(maxOutputChars + 1);
    }
    expect(done).toMatchObject({ payload: { outputFile: "/outputs/1" } });
  });
});
