import { expect, it } from "vitest";
import { lineChangesOf, slides } from "./changes.ts";
import { planPatch } from "./patch/plan-patch.ts";
import { replaceText } from "./replace-text.ts";

const empty = `<span class="neutral">&nbsp;</span>`;
const full = `<span class="yes">3x</span>`;

function replaced(lines: readonly string[], sent: readonly string[], wanted: readonly string[]): string | null {
  const result = replaceText(lines.join("\n"), { oldText: sent.join("\n"), newText: wanted.join("\n") });
  return result.ok ? result.value.text : null;
}

function patched(text: string, hunk: readonly string[]): string | null {
  const patch = ["*** Begin Patch", "*** Update File: a", "@@", ...hunk, "*** End Patch", ""].join("\n");
  const plan = planPatch(patch, () => text);
  return plan.ok ? (plan.value.get("a") ?? null) : null;
}

it("takes a line among equal ones for changed, not for put in here and taken out there", () => {
  const changed = empty.replace("&nbsp;", "&nbspChanged;");
  expect(lineChangesOf([full, empty, empty, empty, full], [full, empty, changed, empty, full])).toEqual([
    { from: 2, to: 3, added: [changed] },
  ]);
  expect(lineChangesOf([empty, empty, full, empty], [empty, `${empty}!`, `${full}!`, empty])).toEqual([
    { from: 1, to: 3, added: [`${empty}!`, `${full}!`] },
  ]);
});

it("knows at which other equal lines the same edit may be meant", () => {
  expect(slides(["a", "a", "b"], [{ from: 1, to: 2, added: [] }])).toEqual([[{ from: 0, to: 1, added: [] }]]);
  expect(slides(["a", "b"], [{ from: 1, to: 1, added: ["a"] }])).toEqual([[{ from: 0, to: 0, added: ["a"] }]]);
  expect(slides(["a", "b"], [{ from: 1, to: 1, added: ["c"] }])).toEqual([]);
});

it("keeps the line end of the changed one of equal lines", () => {
  const lines = [`${full}\r`, empty, `${empty}\r`, empty, `${full}\r`, "end"];
  const sent = [full, empty, empty, empty, full];
  const wanted = sent.with(2, empty.replace("&nbsp;", "x"));
  expect(replaced(lines, sent, wanted)).toBe(lines.with(2, `${wanted[2]}\r`).join("\n"));
});

it("refuses to take out one of equal lines between which the file has something else", () => {
  const lines = ["begin(one, two);", empty, "<!-- why -->", empty, "end(three, four);", "last"];
  const sent = ["begin(one, two);", empty, empty, "end(three, four);"];
  expect(replaced(lines, sent, ["begin(one, two);", empty, "end(three, four);"])).toBeNull();
});

it("changes of equal lines the one that a patch marks, or none", () => {
  const lines = ["begin(one, two);", `${empty}  `, empty, `${empty}\t`, "end(three, four);", ""];
  const hunk = [" begin(one, two);", ` ${empty}`, `-${empty}`, ` ${empty}`, " end(three, four);"];
  expect(patched(lines.join("\n"), hunk)).toBe(lines.toSpliced(2, 1).join("\n"));
  const noted = lines.toSpliced(2, 1, `${empty} <!-- kept -->`).toSpliced(1, 0, "<!-- why -->", empty);
  expect(patched(noted.join("\n"), hunk.with(2, `-${empty}`).toSpliced(3, 0, "+changed"))).toBeNull();
});

it("puts in what a patch has ahead of a line that goes, and not in its place", () => {
  const text = "one(a);\r\ntwo(b);\nthree(c);\r\n";
  expect(patched(text, [" one(a);", "+added(d);", "-two(b);", " three(c);"])).toBe("one(a);\r\nadded(d);\r\nthree(c);\r\n");
});

it("takes no place that reads otherwise in a line for one that only lacks a line and has that one as it is wanted", () => {
  const head = ["must(be, basic);", "#endif", "status(s) =", "  post(env, WrapperWithHint, data, finalizeHint);"];
  const [check, failed] = ["CHECK(status,", `"post failed");`];
  const copy = ["unique(first);", ...head.with(3, "  post(env, Wrapper, data, finalizeHint);"), check, failed];
  const sent = [...head, check, failed];
  const wanted = sent.with(2, "statusChanged(s) =");
  expect(replaced([...copy, "between();", ...head, check, "}"], sent, wanted)).toBeNull();
});

it("keeps line ends apart in a file of mixed ones, where two lines become one", () => {
  const lines = ["ENABLE_ONE\r", "ENABLE_TWO\r", "ENABLE_THREE", "ENABLE_FOUR\r", ""];
  const sent = ["ENABLE_ONE", "ENABLE_TWO", "ENABLE_THREE", "ENABLE_FOUR"];
  const wanted = ["ENABLE_ONE", "ENABLE_TWO_CHANGED", "ENABLE_FOUR"];
  expect(replaced(lines, sent, wanted)).toBe(lines.toSpliced(1, 2, "ENABLE_TWO_CHANGED\r").join("\n"));
});

it("puts nothing beside a line that stands where the one beside it was", () => {
  const [none, some] = [`<span class="any cline-neutral">&nbsp;</span>`, `<span class="any cline-no">&nbsp;</span>`];
  const head = ["<td>begin one two three four five</td>", none, none, none, none];
  const hunk = [...head.map((line) => ` ${line}`), ` ${none}`, "+added", ` ${some}`, ` ${some}`, ` ${some}`];
  expect(patched([...head, some, some, some, some, "</pre>", ""].join("\n"), hunk)).toBeNull();
});
