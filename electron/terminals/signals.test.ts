import { expect, it } from "vitest";
import { signalOfInput, signalOfOsc } from "./signals.ts";

it.each([
  [9, "Agent turn complete", { kind: "notification", text: "Agent turn complete" }],
  [9, "3 files changed", { kind: "notification", text: "3 files changed" }],
  [9, "4;3", { kind: "progress", going: true }],
  [9, "4;1;50", { kind: "progress", going: true }],
  [9, "4;0;0", { kind: "progress", going: false }],
  [9, "9;/home/ada", null],
  [9, "", null],
  [777, "notify;Agent;needs you", { kind: "notification", text: "Agent: needs you" }],
  [777, "preexec;ls", null],
  [99, "i=1:d=0;Hello; you", { kind: "notification", text: "Hello; you" }],
  [99, "i=1:p=body:e=1;SGVsbG8=", { kind: "notification", text: "Hello" }],
  [99, "i=1:p=close;", null],
  [99, "garbage", null],
])("OSC %i %j says %j", (osc, data, expected) => {
  expect(signalOfOsc(osc, data)).toEqual(expected);
});

it("S38 what a program says of itself is one short line of what can be seen", () => {
  expect(signalOfOsc(9, `a\u202eb\n${"c".repeat(500)}`)).toEqual({ kind: "notification", text: `ab ${"c".repeat(117)}` });
});

it.each([
  ["y", { kind: "typed", enter: false, moves: false }],
  ["fix it\r", { kind: "typed", enter: true, moves: false }],
  ["\u001b", { kind: "typed", enter: false, moves: false }],
  ["\u001b[A", { kind: "typed", enter: false, moves: true }],
  ["\u001bOB\u001b[1;2C\u001b[Z\t\u001b[6~", { kind: "typed", enter: false, moves: true }],
  ["\u001b[B\r", { kind: "typed", enter: true, moves: false }],
  ["\u001b[I", null],
  ["\u001b[O\u001b[<35;10;5M", null],
  ["\u001b[M !!", null],
])("input %j is %j", (data, expected) => {
  expect(signalOfInput(data)).toEqual(expected);
});
