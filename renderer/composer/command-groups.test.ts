import { expect, it } from "vitest";
import { matchCommands, type CommandSources } from "./command-groups.ts";

const sources: CommandSources = {
  agentLabel: "Claude Code",
  told: [
    { name: "compact", description: "Shorten the conversation" },
    { name: "review", description: "Told by the agent" },
  ],
  inFiles: [
    { name: "review", description: "In the file", kind: "command", owner: "project", file: ".claude/commands/review.md" },
    { name: "release", description: "", kind: "skill", owner: "project", file: ".claude/skills/release/SKILL.md" },
    { name: "mine", description: "Compacts", kind: "command", owner: "person", file: "~/.claude/commands/mine.md" },
  ],
  own: [{ name: "new", description: "New chat", run: () => {} }],
};
const shown = (query: string): string[] => matchCommands(query, sources).map(({ group, command }) => `${group}: ${command.name}`);

it("puts each command once into the group of whose it is", () => {
  expect(shown("")).toEqual([
    "Claude Code: compact",
    "Project commands: review",
    "Project skills: release",
    "Your commands: mine",
    "Hearth: new",
  ]);
  expect(matchCommands("review", sources)[0]?.command.description).toBe("Told by the agent");
});

it("begins with the group that has the best match", () => {
  expect(shown("re")).toEqual(["Project commands: review", "Project skills: release"]);
  expect(shown("NE")).toEqual(["Hearth: new", "Your commands: mine"]);
  expect(shown("compact")).toEqual(["Claude Code: compact", "Your commands: mine"]);
  expect(shown("nothing")).toEqual([]);
});
