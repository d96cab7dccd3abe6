import { describe, expect, it } from "vitest";
import { stepAt, type SidebarLine } from "./arrow-keys.ts";

const lines: SidebarLine[] = ["line", "line", "open", "line", "line", "folded", "open", "line"];

describe("arrows in the sidebar", () => {
  it("go by line, and stay at the ends", () => {
    expect(stepAt(lines, 0, "ArrowDown")).toEqual({ kind: "go", to: 1 });
    expect(stepAt(lines, 4, "ArrowUp")).toEqual({ kind: "go", to: 3 });
    expect(stepAt(lines, 0, "ArrowUp")).toBeNull();
    expect(stepAt(lines, 7, "ArrowDown")).toBeNull();
    expect(stepAt(lines, 3, "Home")).toEqual({ kind: "go", to: 0 });
    expect(stepAt(lines, 3, "End")).toEqual({ kind: "go", to: 7 });
  });

  it("fold and unfold a project, and go from a session to its own", () => {
    expect(stepAt(lines, 2, "ArrowLeft")).toEqual({ kind: "toggle" });
    expect(stepAt(lines, 5, "ArrowRight")).toEqual({ kind: "toggle" });
    expect(stepAt(lines, 4, "ArrowLeft")).toEqual({ kind: "go", to: 2 });
    expect(stepAt(lines, 7, "ArrowLeft")).toEqual({ kind: "go", to: 6 });
    expect(stepAt(lines, 6, "ArrowRight")).toEqual({ kind: "go", to: 7 });
    expect(stepAt(lines, 3, "ArrowRight")).toBeNull();
    expect(stepAt(lines, 0, "ArrowLeft")).toBeNull();
  });
});
