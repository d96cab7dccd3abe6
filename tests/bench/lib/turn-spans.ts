import { readFileSync } from "node:fs";
import { median } from "./report.ts";

/** `at`: ms since 1970, by the core's clock; `ms`: how long the core did nothing else. */
export type Mark = {
  kind: "client.in" | "client.out" | "agent.in" | "agent.out" | "word" | "git" | "program" | "store";
  at: number;
  ms?: number;
};

/** A turn as whoever asked for it saw it, in ms since 1970; NaN where it isn't known. */
export type SeenTurn = { calledAt: number; modelAskedAt: number; atReader: number };

type Span = (turn: SeenTurn, marks: readonly Mark[]) => number;

/** Where the time between the call and the first word at the reader went, step by step; then what of it held the core. */
const spans: readonly [string, Span][] = [
  ["the call is on its way", (turn, marks) => first(marks, "client.in") - turn.calledAt],
  ["the core, until its prompt goes to the agent", (_, marks) => promptOut(marks) - first(marks, "client.in")],
  ["the agent, until it asks the model", (turn, marks) => turn.modelAskedAt - promptOut(marks)],
  ["model and agent, until the first word", (turn, marks) => first(marks, "word") - (turn.modelAskedAt || promptOut(marks))],
  ["the core, until the word goes to the reader", (_, marks) => wordOut(marks) - first(marks, "word")],
  ["the word is on its way", (turn, marks) => turn.atReader - wordOut(marks)],
  ["by then the core wrote to its store", (_, marks) => sum(marks, "store")],
  ["by then the core started git", (_, marks) => sum(marks, "git")],
  ["  so often", (_, marks) => marks.filter(({ kind }) => kind === "git").length],
];

export function readMarks(file: string): Mark[] {
  return JSON.parse(readFileSync(file, "utf8")) as Mark[];
}

/** Medians over the turns, by name. */
export function spansOf(turns: readonly SeenTurn[], marks: readonly Mark[]): Record<string, number> {
  const ofTurns = turns.map((turn) => ({
    turn,
    marks: marks.filter(({ at }) => at >= turn.calledAt && at <= turn.atReader),
  }));
  return Object.fromEntries(
    spans.map(([name, span]) => [name, median(ofTurns.map(({ turn, marks: within }) => span(turn, within)))]),
  );
}

function first(marks: readonly Mark[], kind: Mark["kind"], after = 0): number {
  return marks.find((mark) => mark.kind === kind && mark.at >= after)?.at ?? Number.NaN;
}

function promptOut(marks: readonly Mark[]): number {
  return first(marks, "agent.out", first(marks, "client.in"));
}

function wordOut(marks: readonly Mark[]): number {
  return first(marks, "client.out", first(marks, "word"));
}

function sum(marks: readonly Mark[], kind: Mark["kind"]): number {
  return marks.reduce((total, mark) => total + (mark.kind === kind ? (mark.ms ?? 0) : 0), 0);
}
