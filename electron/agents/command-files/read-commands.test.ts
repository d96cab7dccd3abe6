import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestFolder, type TestFolder } from "../../testing/repos.ts";
import { commandPlacesOf } from "./places.ts";
import { readCommandFile, readCommands } from "./read-commands.ts";

let folder: TestFolder;
beforeEach(() => (folder = createTestFolder()));
afterEach(() => folder.dispose());

function write(file: string, text: string): void {
  const at = path.join(folder.path, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
}
const read = (agentId: string, env: Record<string, string> = folder.env) =>
  readCommands(commandPlacesOf(agentId), { workingCopy: path.join(folder.path, "copy"), env });

it("finds the commands and skills of the project and of the person, each name once", async () => {
  write("copy/.claude/commands/tests/run.md", "Run the tests");
  write("copy/.claude/skills/release/SKILL.md", "---\nname: release\ndescription: Makes a release\n---\n");
  write("copy/.claude/skills/release/notes.md", "no skill");
  write("home/.claude/commands/run.md", "Mine, which the project's hides");
  write("home/.claude/commands/deploy.md", "Deploy it");
  const { commands, complete } = await read("claude");
  expect(complete).toBe(true);
  expect(commands).toEqual([
    { name: "run", description: "Run the tests", kind: "command", owner: "project", file: ".claude/commands/tests/run.md" },
    { name: "release", description: "Makes a release", kind: "skill", owner: "project", file: ".claude/skills/release/SKILL.md" },
    { name: "deploy", description: "Deploy it", kind: "command", owner: "person", file: "~/.claude/commands/deploy.md" },
  ]);
  const moved = { ...folder.env, CLAUDE_CONFIG_DIR: path.join(folder.path, "elsewhere") };
  write("elsewhere/commands/other.md", "Other");
  expect((await read("claude", moved)).commands.at(-1)).toMatchObject({
    name: "other",
    file: "$CLAUDE_CONFIG_DIR/commands/other.md",
  });
});

it("names them as each agent does, and knows no folders of others", async () => {
  write("copy/.gemini/commands/git/commit.toml", 'description = "Commit"');
  write("copy/.opencode/command/git/commit.md", "Commit");
  expect((await read("gemini")).commands).toMatchObject([{ name: "git:commit", description: "Commit" }]);
  expect((await read("opencode")).commands).toMatchObject([{ name: "git/commit", description: "Commit" }]);
  expect(await read("constructor")).toEqual({ commands: [], complete: true });
});

it("reads nothing that a project's link leads to outside of it", async () => {
  write("home/secret", "a key");
  write("copy/.claude/commands/own.md", "Own");
  symlinkSync(path.join(folder.path, "home/secret"), path.join(folder.path, "copy/.claude/commands/key.md"));
  symlinkSync(path.join(folder.path, "home"), path.join(folder.path, "copy/.claude/skills"));
  expect((await read("claude")).commands).toMatchObject([{ name: "own" }]);
});

it("stops at a bound and says so", async () => {
  for (let at = 0; at < 520; at += 1) write(`copy/.claude/commands/c${at}.md`, "x");
  const { commands, complete } = await read("claude");
  expect([commands.length, complete]).toEqual([500, false]);
});

it("says of a persona whose head can't be read that it can't be used", async () => {
  write("copy/.hearth/agents/reviewer.md", "---\ndescription: Reviews: and changes nothing\nmode: ask\n---\nX");
  const { commands } = await read("hearth");
  expect(commands).toMatchObject([{ name: "reviewer", description: expect.stringMatching(/^Can't be used: .*Reviews: and/) }]);
});

it("finds personas of Hearth's own agent: a file for each, or a section of one file", async () => {
  const agents = "# Ours\n\n## Reviewer\n---\ndescription: Looks for faults\n---\nReview.\n\n## Hidden\nBy the file.\n";
  write("copy/.hearth/agents.md", agents);
  write("copy/.hearth/deeper/agents.md", "## no\nNot this one.\n");
  write("copy/.hearth/agents/hidden.md", "---\ndescription: A file of its own\n---\nX");
  write("home/.config/hearth/agents.md", "## Tester\nTests.\n");
  expect((await read("hearth")).commands).toEqual([
    { name: "hidden", description: "A file of its own", kind: "persona", owner: "project", file: ".hearth/agents/hidden.md" },
    { name: "reviewer", description: "Looks for faults", kind: "persona", owner: "project", file: ".hearth/agents.md" },
    { name: "tester", description: "Tests.", kind: "persona", owner: "person", file: "~/.config/hearth/agents.md" },
  ]);
  const roots = { workingCopy: path.join(folder.path, "copy"), env: folder.env };
  const file = await readCommandFile("reviewer", commandPlacesOf("hearth"), roots);
  expect(file?.text).toBe("---\ndescription: Looks for faults\n---\nReview.\n");
});

it("names a persona before a skill of its name, as a turn of Hearth's own agent takes it", async () => {
  write("copy/.hearth/skills/reviewer/SKILL.md", "---\nname: reviewer\ndescription: A skill\n---\n");
  write("home/.config/hearth/agents/reviewer.md", "---\ndescription: A persona\n---\nX");
  expect((await read("hearth")).commands).toMatchObject([{ name: "reviewer", kind: "persona", owner: "person" }]);
});
