import { describe, expect, it } from "vitest";
import { Scope } from "./scope.ts";

describe("a scope", () => {
  it("ends what it has in reverse, once, waiting for each", async () => {
    const scope = new Scope();
    const ended: string[] = [];
    scope.add(() => void ended.push("first"));
    scope.add(async () => {
      await Promise.resolve();
      ended.push("second");
    });
    await Promise.all([scope.dispose(), scope.dispose()]);
    expect(ended).toEqual(["second", "first"]);
    expect(scope.signal.aborted).toBe(true);
  });

  it("ends everything even if one end throws, and says so", async () => {
    const scope = new Scope();
    const ended: string[] = [];
    scope.add(() => void ended.push("kept going"));
    scope.add(() => {
      throw new Error("stuck");
    });
    await expect(scope.dispose()).rejects.toThrow("did not end cleanly");
    expect(ended).toEqual(["kept going"]);
  });

  it("ends at once what comes after its end, and takes its children along", async () => {
    const scope = new Scope();
    const ended: string[] = [];
    scope.child().add(() => void ended.push("child"));
    await scope.dispose();
    scope.add(() => void ended.push("late"));
    expect(ended).toEqual(["child", "late"]);
  });
});
