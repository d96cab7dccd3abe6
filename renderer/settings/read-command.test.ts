import { describe, expect, it } from "vitest";
import { idFor, readCommand } from "./read-command.ts";

describe("a command line", () => {
  it.each([
    ["my-agent --acp", ["my-agent", "--acp"]],
    ["  '/opt/my agent/bin'  \"--name=a 'b'\" ''", ["/opt/my agent/bin", "--name=a 'b'", ""]],
    ["/opt/my\\ agent a\\$b", ["/opt/my agent", "a$b"]],
    ["C:\\Tools\\agent.exe acp", ["C:\\Tools\\agent.exe", "acp"]],
  ])("is parted into words: %s", (line, [command, ...args]) => {
    expect(readCommand(line)).toEqual({ ok: true, value: { command, args } });
  });

  it.each(["", "  ", "a | b", "a; b", "$HOME/a", "a > b", "'open", "a `b`"])("is refused: %j", (line) => {
    expect(readCommand(line)).toMatchObject({ ok: false });
  });
});

it("makes ids that agents.json takes and that nobody has", () => {
  expect(idFor("My Agent!", [])).toBe("my-agent");
  expect(idFor("claude", ["claude", "claude-2"])).toBe("claude-3");
  expect(idFor("…", [])).toBe("agent");
});
