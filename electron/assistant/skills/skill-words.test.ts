import { expect, it } from "vitest";
import { askedSkill, skillsText, skillText } from "./skill-words.ts";

it("names skills in few words, and those that fit", () => {
  expect(skillsText([], false)).toBe("");
  const [, ...lines] = skillsText(
    [
      { name: "release", description: "Makes\n a release" },
      { name: "bare", description: "" },
    ],
    false,
  ).split("\n");
  expect(lines).toEqual(["- release: Makes a release", "- bare"]);
  const many = Array.from({ length: 500 }, (_, at) => ({ name: `skill-${at}`, description: "x".repeat(500) }));
  expect(skillsText(many, false).length).toBeLessThan(3_200);
  expect(skillsText(many, true).length).toBeLessThan(900);
});

it.each([
  ["/release now", "release"],
  ["  /release", "release"],
  ["/a/b is a path", null],
  ["say /release", null],
  ["/ x", null],
])("takes %s for the skill %s", (prompt, name) => {
  expect(askedSkill(prompt)).toBe(name);
});

it("names the files that lie with a skill", () => {
  expect(skillText("a", { text: "Do it.\n", files: ["b.md"] })).toBe(
    '<skill name="a">\nDo it.\n</skill>\n[Files that lie with it, for read_skill: b.md]',
  );
});
