import { expect, it } from "vitest";
import { draftOf, wantedOf } from "./mcp-wanted.ts";
import { readCommand, writeCommand } from "./read-command.ts";

const server = {
  ...{ name: "mine", type: "stdio" as const, what: "", words: ["npx", "it's", "a b", "$x"], sets: ["KEY", "LEVEL"] },
  ...{
    secrets: [{ name: "KEY", state: "kept" as const }],
    missing: [],
    refused: null,
    floating: null,
    shared: true,
    told: null,
    switches: [],
  },
  ...{ hash: "", state: "on" as const, was: null },
};

it("keeps what a server is and its values where nothing is typed", () => {
  expect(wantedOf(draftOf(server))).toEqual({
    ok: true,
    value: { type: "stdio", command: "npx", args: ["it's", "a b", "$x"], env: { KEY: null, LEVEL: null }, shared: true },
  });
});

it("keeps a value outside of the file where it is a secret, and names what the login shell has", () => {
  const values = [
    { name: "A", value: "x", secret: true, known: false },
    { name: "B", value: "y", secret: false, known: false },
    { name: "C", value: "${MINE}", secret: true, known: true },
    { name: " ", value: "z", secret: true, known: false },
  ];
  expect(wantedOf({ name: "far", type: "http", line: " https://mcp.test ", values, shared: false })).toEqual({
    ok: true,
    value: { type: "http", url: "https://mcp.test", headers: { A: { secret: "x" }, B: "y", C: "${MINE}" } },
  });
});

it("says what is wrong with a command", () => {
  expect(wantedOf({ ...draftOf(null), line: "a | b" })).toMatchObject({ ok: false });
});

it.each([[["a"]], [["a", ""]], [["a", "it's", '"', "\\", "$HOME | x", "two\nlines"]]])(
  "writes %j so that it reads back",
  (words) => {
    const [command = "", ...args] = words;
    expect(readCommand(writeCommand(words))).toEqual({ ok: true, value: { command, args } });
  },
);
