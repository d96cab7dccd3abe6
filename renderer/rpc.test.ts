import { ORPCError } from "@orpc/client";
import { beforeAll, expect, it, vi } from "vitest";
import { CallError } from "./connection/call-error.ts";
import type * as Door from "./rpc.ts";

let door: typeof Door;
beforeAll(async () => {
  // A browser's, without the desktop shell's bridge.
  vi.stubGlobal("window", {});
  door = await import("./rpc.ts");
});

it("tells every failure of a call by a code and in words", () => {
  const refused = new ORPCError("RUN_NOT_FOUND", { status: 404, message: "There is no such run", data: { field: "id" } });
  expect(door.callFailure(refused)).toEqual({
    code: "RUN_NOT_FOUND",
    message: "There is no such run",
    data: { field: "id" },
  });
  expect(door.callFailure(new ORPCError("X", { data: "no record" })).data).toBeNull();
  expect(door.callFailure(new TypeError("odd"))).toEqual({ code: "UNEXPECTED", message: "odd", data: null });
  expect(door.callFailure("odd")).toEqual({ code: "UNEXPECTED", message: "odd", data: null });
});

it("tells a refusal, which another try won't change, from a failure and from no answer", () => {
  expect(door.isRefusal(new ORPCError("INPUT_INVALID", { status: 422 }))).toBe(true);
  expect(door.isRefusal(new ORPCError("INTERNAL", { status: 500 }))).toBe(false);
  const unanswered = new CallError("CORE_AWAY");
  expect([door.isUnanswered(unanswered), door.isRefusal(unanswered)]).toEqual([true, false]);
  expect(door.isUnanswered(new ORPCError("INTERNAL", { status: 500 }))).toBe(false);
});

it("fails an order at once while there is no core, with a code of its own", async () => {
  const failure = await door.rpc.runs.cancel({ id: "run_1" }).catch(door.callFailure);
  expect(failure).toMatchObject({ code: "CORE_AWAY" });
});
