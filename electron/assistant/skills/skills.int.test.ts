import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, it } from "vitest";
import { commandPlacesOf } from "../../agents/command-files/places.ts";
import { readCommandFile, readCommands } from "../../agents/command-files/read-commands.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { ToolBench } from "../../testing/tool-bench.ts";
import { readSkill } from "../tools/read-skill.ts";
import { Skills } from "./skills.ts";

let home: string;
let copy: string;
let isTrusted: boolean;
let skills: Skills;

function write(root: string, file: string, text: string): void {
  const at = path.join(root, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
}
const skill = (description: string, body: string): string => `---\nname: x\ndescription: ${description}\n---\n${body}\n`;

beforeEach(() => {
  [home, copy, isTrusted] = [tempFolder("home"), tempFolder("copy"), true];
  const places = commandPlacesOf("hearth");
  const from = (workingCopy: string | null) => ({ workingCopy, env: { HOME: home } });
  const files = {
    list: async (workingCopy: string | null) => (await readCommands(places, from(workingCopy))).commands,
    read: (name: string, workingCopy: string | null) => readCommandFile(name, places, from(workingCopy)),
  };
  skills = new Skills({ files, workingCopy: copy, isTrusted: async () => isTrusted });
  write(home, ".config/hearth/skills/release/SKILL.md", skill("Makes a release", "Tag it."));
  write(copy, ".agents/skills/style/SKILL.md", skill("How we write", "Short."));
  write(copy, ".agents/skills/style/parts/names.md", "Plain names.");
});

const named = async () => (await skills.list()).map(({ name, description }) => `${name}: ${description}`);

it("finds the person's skills, and the project's only while it is trusted", async () => {
  expect(await named()).toEqual(["style: How we write", "release: Makes a release"]);
  expect((await skills.read("style"))?.text).toContain("Short.");
  isTrusted = false;
  expect(await named()).toEqual(["release: Makes a release"]);
  expect(await skills.read("style")).toBeNull();
  expect(await skills.readFile("style", "parts/names.md")).toBeNull();
});

it("takes a text of the person's from where its link leads, and nothing that lies there", async () => {
  write(home, "notes/linked.md", skill("Linked", "Read me."));
  write(home, "notes/private.md", "secret");
  mkdirSync(path.join(home, ".config/hearth/skills/linked"));
  symlinkSync(path.join(home, "notes/linked.md"), path.join(home, ".config/hearth/skills/linked/SKILL.md"));
  expect(await skills.read("linked")).toMatchObject({ text: expect.stringContaining("Read me."), files: [] });
  expect(await skills.readFile("linked", "private.md")).toBeNull();
});

it("reads a skill and what lies with it, and nothing else", async () => {
  const bench = new ToolBench();
  bench.call.skills = skills;
  write(home, "secret.txt", "secret");
  symlinkSync(path.join(home, "secret.txt"), path.join(copy, ".agents/skills/style/link.md"));
  const read = (given: object) => bench.run(readSkill, given);
  expect((await read({ name: "/style" })).text).toMatch(/^<skill name="style">[^]*Short\.\n<\/skill>\n\[.*: parts\/names\.md\]$/);
  expect((await read({ name: "style", file: "parts/names.md" })).text).toBe("Plain names.");
  for (const file of ["link.md", "../../../secret.txt", path.join(home, "secret.txt")])
    expect((await read({ name: "style", file })).fault?.fields).toEqual(["file"]);
  expect((await read({ name: "none" })).fault?.message).toContain("style, release");
});

it("reads no skill of a project that is a link out of it", async () => {
  write(home, "elsewhere/SKILL.md", skill("Evil", "Evil."));
  symlinkSync(path.join(home, "elsewhere"), path.join(copy, ".agents/skills/evil"));
  expect(await skills.read("evil")).toBeNull();
});
