import type { EmbeddedModel } from "../../shared/contract/embedded-models.ts";
import { sizeText } from "../../shared/size-text.ts";
import type { DotState } from "../ui/state-dot.tsx";

/** How a model stands, in a word, and the dot that goes with it. */
export function standOf({ state, progress, loaded }: EmbeddedModel): { dot: DotState; word: string } {
  switch (state) {
    case "loading":
      return { dot: "working", word: `Loading, ${Math.floor((progress ?? 0) * 100)} %` };
    case "loaded":
      return loaded?.isBusy ? { dot: "working", word: "Loaded, at work" } : { dot: "done", word: "Loaded" };
    case "failed":
      return { dot: "failed", word: "Not loaded" };
    case "not-loaded":
      return { dot: "idle", word: "Not loaded" };
  }
}

/** Its window and threads as they are, or will be, and what of that was left to Hearth; then the memory for it. */
export function loadWords({ loaded, needs, contextSize, threads }: EmbeddedModel): string {
  const [window, uses] = [loaded?.contextSize ?? contextSize ?? needs?.contextSize, loaded?.threads ?? threads ?? needs?.threads];
  const facts = [
    window === undefined
      ? "window chosen when it is loaded"
      : `${count(window, "token")} of window${contextSize === null ? " (chosen by Hearth)" : ""}`,
    uses === undefined
      ? "threads chosen when it is loaded"
      : `${count(uses, "thread")}${threads === null ? " (chosen by Hearth)" : ""}`,
  ];
  if (needs) facts.push(`needs about ${sizeText(needs.neededBytes)}, ${sizeText(needs.availableBytes)} were free`);
  return facts.join(" · ");
}

/** A whole number that was typed; null for nothing, and what is wrong with anything else in words. */
export function readCount(
  text: string,
  { from, to }: { from: number; to: number },
): { value: number | null } | { problem: string } {
  const typed = text.replaceAll(/[\s,_]/g, "");
  if (typed === "") return { value: null };
  const value = Number(typed);
  if (Number.isInteger(value) && value >= from && value <= to) return { value };
  return { problem: `A whole number from ${from.toLocaleString("en")} to ${to.toLocaleString("en")}, or nothing` };
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
