import { expect, it } from "vitest";
import * as z from "zod";
import { Calls } from "./calls.ts";
import type { Piece } from "./piece.ts";

const parameters = z.toJSONSchema(z.object({ path: z.string(), line: z.int().optional() }));
const tools = [{ function: { name: "read_file", parameters } }];
const write = (calls: Calls, callIndex: number, ...chunks: string[]): void => {
  for (const paramsChunk of chunks)
    calls.listeners.onFunctionCallParamsChunk({ callIndex, functionName: "read_file", paramsChunk });
};
const toldOf = (pieces: readonly Piece[]) =>
  pieces.flatMap((piece) => (piece.type === "call" ? [[piece.index, piece.arguments]] : []));

it("tells a call when it begins, that it goes on, and as a whole, each with its id", async () => {
  const pieces: Piece[] = [];
  const calls = new Calls(tools, (piece) => pieces.push(piece));
  await calls.orUnchecked(async () => {
    write(calls, 0, '{"path":', '"a","line":null}');
    calls.listeners.onFunctionCall({ functionName: "read_file", params: { path: "a", line: null } });
    write(calls, 1, '{"path":"b"}');
    calls.listeners.onFunctionCall({ functionName: "read_file", params: { path: "b" } });
    return { metadata: { stopReason: "functionCalls" } };
  });
  expect(pieces.map(({ type }) => type)).toEqual(["call-begins", "sign", "call", "call-begins", "call"]);
  expect(toldOf(pieces)).toEqual([
    [0, '{"path":"a"}'],
    [1, '{"path":"b"}'],
  ]);
  const ids = pieces.flatMap((piece) => ("id" in piece ? [piece.id] : []));
  expect([ids[0] === ids[1], ids[2] === ids[3], ids[0] === ids[2], calls.count]).toEqual([true, true, false, 2]);
});

it("passes on a call that the engine refuses once it is written, and nothing that isn't whole", async () => {
  const pieces: Piece[] = [];
  const calls = new Calls(tools, (piece) => pieces.push(piece));
  const end = await calls.orUnchecked(async () => {
    write(calls, 0, '{"path":"a","line":1e-3}');
    throw new Error("Expected an integer");
  });
  expect([end.metadata.stopReason, toldOf(pieces)]).toEqual(["functionCalls", [[0, '{"path":"a","line":0.001}']]]);
  const cut = new Calls(tools, () => {});
  const broken = cut.orUnchecked(async () => {
    write(cut, 0, '{"path":');
    throw new Error("The engine broke");
  });
  await expect(broken).rejects.toThrow("The engine broke");
});
