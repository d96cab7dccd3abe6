import { expect, it } from "vitest";
import { sectionsOf } from "./sections.ts";

it("reads a line of any length at once", () => {
  const blanks = " ".repeat(2_000_000);
  expect(
    sectionsOf(`## a${blanks}x\n## b ${"#".repeat(2_000_000)}\n## c${"#".repeat(500_000)}x`).map(({ name }) => name.length),
  ).toEqual([3, 1, 3]);
});

it("finds each section with what is below its heading, in the words that a prompt can ask for it by", () => {
  const text = [
    ...["# Agents", "Of ours.", "", "## The Reviewer ##", "", "---", "mode: ask", "---", "Review.", "### More", ""],
    ...["```", "## no heading", "```", "## Über-Tester!", "Test."],
  ].join("\n");
  expect(sectionsOf(text)).toEqual([
    { name: "the-reviewer", text: "---\nmode: ask\n---\nReview.\n### More\n\n```\n## no heading\n```" },
    { name: "über-tester", text: "Test." },
  ]);
  expect(sectionsOf("No heading at all")).toEqual([]);
  const nested = [
    "## One",
    "````",
    "```js",
    "## no heading",
    "```",
    "````",
    "~~~",
    "~~~ js",
    "## nor this",
    "~~~",
    "## Two ##",
  ].join("\n");
  expect(sectionsOf(nested).map(({ name }) => name)).toEqual(["one", "two"]);
});
