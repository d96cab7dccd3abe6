import type { KeyboardEvent } from "react";

/** A line of the sidebar: of a project that is open or folded, or any other. */
export type SidebarLine = "open" | "folded" | "line";
export type SidebarStep = { kind: "go"; to: number } | { kind: "toggle" } | null;

/** What an arrow does on the line at `at`, as in a tree: up and down by line, left to the project or folding it, right back. */
export function stepAt(lines: readonly SidebarLine[], at: number, key: string): SidebarStep {
  const go = (to: number): SidebarStep => (to >= 0 && to < lines.length && to !== at ? { kind: "go", to } : null);
  const line = lines[at];
  switch (key) {
    case "ArrowDown":
      return go(at + 1);
    case "ArrowUp":
      return go(at - 1);
    case "Home":
      return go(0);
    case "End":
      return go(lines.length - 1);
    case "ArrowLeft":
      return line === "open" ? { kind: "toggle" } : go(lines.findLastIndex((other, index) => index < at && other === "open"));
    case "ArrowRight":
      return line === "folded" ? { kind: "toggle" } : line === "open" ? go(at + 1) : null;
    default:
      return null;
  }
}

/** The arrows in the sidebar; from its search field only those that leave it. */
export function onSidebarKey(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof HTMLElement)) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-sidebar-line]")];
  const isField = event.target.matches("input");
  if (isField && event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const own = event.target.closest("[data-sidebar-line]") ?? event.target.closest("li")?.querySelector("[data-sidebar-line]");
  const at = all.findIndex((line) => line === own);
  const step = at === -1 ? null : stepAt(all.map(kindOf), at, event.key);
  if (step === null) return;
  event.preventDefault();
  if (step.kind === "toggle") all[at]?.click();
  else focusLine(all[step.to]);
}

function kindOf(line: HTMLElement): SidebarLine {
  if (line.dataset["sidebarLine"] !== "project") return "line";
  return line.ariaExpanded === "true" ? "open" : "folded";
}

/** Of the search it is the field that takes the keys. */
function focusLine(line: HTMLElement | undefined): void {
  (line?.querySelector("input") ?? line)?.focus();
}
