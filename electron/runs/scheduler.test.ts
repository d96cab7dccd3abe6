import { describe, expect, it } from "vitest";
import { schedule } from "./scheduler.ts";

const waiting = (runId: string, workingCopyId: string, folder = `/${workingCopyId}`) => ({ runId, workingCopyId, folder });
const label = (runId: string): string => `chat ${runId}`;

describe("schedule", () => {
  it("starts one run per working copy and names what the others wait for", () => {
    const { start, reasons } = schedule([waiting("1", "a"), waiting("2", "a"), waiting("3", "b")], [], 8, label);
    expect(start).toEqual(["1", "3"]);
    expect(reasons).toEqual(new Map([["2", "Waits for chat 1"]]));
  });

  it("keeps the order of one working copy when the limit holds the first", () => {
    const active = [{ ...waiting("0", "z"), label: "chat 0" }];
    const { start, reasons } = schedule([waiting("1", "a"), waiting("2", "a")], active, 1, label);
    expect(start).toEqual([]);
    expect(reasons.get("1")).toMatch(/free place/);
    expect(reasons.get("2")).toBe("Waits for chat 1");
  });

  it("counts no paused run, which keeps its working copy all the same", () => {
    const active = [{ ...waiting("0", "a"), label: "chat 0", paused: true }];
    const { start, reasons } = schedule([waiting("1", "a"), waiting("2", "b")], active, 1, label);
    expect(start).toEqual(["2"]);
    expect(reasons.get("1")).toBe("Waits for chat 0");
  });

  it("waits for other work on the files, which takes no run's place", () => {
    const active = [{ runId: "", workingCopyId: "a", folder: null, label: "work on the session's files" }];
    const { start, reasons } = schedule([waiting("1", "a"), waiting("2", "b")], active, 1, label);
    expect(start).toEqual(["2"]);
    expect(reasons.get("1")).toBe("Waits for work on the session's files");
  });

  it("takes sessions in one folder for one working copy, but for work that concerns only one of them", () => {
    const { start, reasons } = schedule([waiting("1", "a", "/p"), waiting("2", "b", "/p")], [], 8, label);
    expect(start).toEqual(["1"]);
    expect(reasons.get("2")).toBe("Waits for chat 1 of another session in this folder");
    const active = [{ runId: "", workingCopyId: "a", folder: null, label: "work on the session's files" }];
    expect(schedule([waiting("2", "b", "/p")], active, 8, label).start).toEqual(["2"]);
  });

  it("takes a folder and one inside it for one place, and no other of a like name", () => {
    const { start } = schedule([waiting("1", "a", "/p"), waiting("2", "b", "/p/sub"), waiting("3", "c", "/p2")], [], 8, label);
    expect(start).toEqual(["1", "3"]);
  });
});
