import { expect, it } from "vitest";
import { sectionsOf } from "./sections.ts";

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
});
