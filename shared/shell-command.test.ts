import { describe, expect, it } from "vitest";
import { readCommand, splitPlain } from "./shell-command.ts";

describe("commands", () => {
  it.each([
    ["npm test", ["npm", "test"]],
    ["git log  --oneline -n 5", ["git", "log", "--oneline", "-n", "5"]],
    ["echo 'a  b' \"c d\"e", ["echo", "a  b", "c de"]],
    ["echo ''", ["echo", ""]],
    ["node --test src/a_b.test.ts", ["node", "--test", "src/a_b.test.ts"]],
  ])("splits %j as a shell would", (line, argv) => {
    expect(splitPlain(line)).toEqual(argv);
  });

  it.each([
    "a; b",
    "a && b",
    "a | b",
    "a > b",
    "a < b",
    "a & ",
    "$(x)",
    "`x`",
    "echo $HOME",
    'echo "$HOME"',
    "ls *",
    "ls ?",
    "ls [a]",
    "ls {a,b}",
    "ls ~",
    "a\nb",
    "a\rb",
    "A=1 b",
    "a # b",
    "! a",
    "(a)",
    "echo \\a",
    "'open",
    '"open',
    "",
    "=ls",
    "a\tb",
    "''",
    "echo 'a\nb'",
  ])("S79 doesn't take %j for plain words", (line) => {
    expect(splitPlain(line)).toBeNull();
  });

  it("reads a line, a list and a shell's -c as the same command", () => {
    const plain = { kind: "argv", argv: ["npm", "test"] };
    expect(readCommand({ kind: "execute", command: "npm test" })).toEqual(plain);
    expect(readCommand({ kind: "execute", argv: ["npm", "test"] })).toEqual(plain);
    expect(readCommand({ kind: "execute", argv: ["bash", "-lc", "npm test"] })).toEqual(plain);
    expect(readCommand({ kind: "execute", command: "npm test", argv: ["/bin/sh", "-c", "npm test"] })).toEqual(plain);
    expect(readCommand({ kind: "execute", argv: ["sh", "-c", "a && b"] })).toEqual({ kind: "script", script: "a && b" });
  });

  it("believes a line that is the list, quoted", () => {
    const list = ["sh", "-c", "echo 'a' && b\nc"];
    expect(readCommand({ kind: "execute", argv: list, command: String.raw`sh -c 'echo '\''a'\'' && b` + "\nc'" })).toEqual({
      kind: "script",
      script: "echo 'a' && b\nc",
    });
    expect(readCommand({ kind: "execute", argv: ["sh", "-c", "a && b"], command: "sh -c 'a && b'" })).toEqual({
      kind: "script",
      script: "a && b",
    });
    expect(readCommand({ kind: "execute", command: "sh -c 'npm test'" })).toEqual({ kind: "argv", argv: ["npm", "test"] });
  });

  it("S81 notices a line and a list that say different things", () => {
    expect(readCommand({ kind: "execute", command: "ls", argv: ["rm", "-rf", "."] })?.kind).toBe("conflicting");
  });
});
