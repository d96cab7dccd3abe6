import { expect, it } from "vitest";
import { ToolIds } from "./tool-ids.ts";

const call = (id: string, status?: "pending" | "completed" | "failed") => ({ id, ...(status ? { status } : {}) });

it("gives a call that begins after its namesake's end a name of its own", () => {
  const ids = new ToolIds();
  expect(ids.rename(call("call_0"), true).id).toBe("call_0");
  expect(ids.rename(call("call_0", "completed"), false).id).toBe("call_0");
  expect(ids.rename(call("call_0"), false).id).toBe("call_0");
  expect(ids.rename(call("call_0", "failed"), true).id).toBe("call_0#2");
  expect(ids.rename(call("call_0"), true).id).toBe("call_0#3");
});

it("keeps what is told again of a call that goes on one call", () => {
  const ids = new ToolIds();
  ids.rename(call("a", "pending"), true);
  expect(ids.rename(call("a", "pending"), true).id).toBe("a");
});

it("takes the call after a rejected one for another, though nothing was said of its end", () => {
  const ids = new ToolIds();
  expect(ids.nameOf("call_0", true)).toBe("call_0");
  ids.end("call_0");
  expect([ids.nameOf("call_0", true), ids.isTold("call_0#2")]).toEqual(["call_0#2", false]);
});
