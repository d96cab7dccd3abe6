import { expect, it } from "vitest";
import { replaceText } from "./replace-text.ts";

const code = [
  "export function total(items: Item[]): number {",
  "  let sum = 0;",
  "  for (const item of items) {",
  "    // Free ones don't count.",
  "    if (item.free) continue;",
  "    sum += item.price * item.count;",
  "  }",
  "  return sum;",
  "}",
  "",
].join("\n");

function replaced(text: string, oldText: string, newText: string, more: { all?: boolean; line?: number } = {}): string {
  const result = replaceText(text, { oldText, newText, ...more });
  if (!result.ok) throw new Error(`${result.error.reason}: ${result.error.message}`);
  return result.value.text;
}

function refusal(text: string, oldText: string, newText: string): string {
  const result = replaceText(text, { oldText, newText });
  return result.ok ? "landed" : result.error.reason;
}

it("replaces what stands once, and says which lines it put there", () => {
  const result = replaceText(code, { oldText: "  return sum;", newText: "  // Done.\n  return sum;" });
  expect(result.ok && result.value.rung).toBe("exact");
  expect(result.ok && result.value.changed).toEqual([{ from: 8, to: 8 }]);
  expect(result.ok && result.value.text.split("\n").slice(6, 9)).toEqual(["  }", "  // Done.", "  return sum;"]);
});

it("lands by other indentation, and indents as the file does", () => {
  const sent = "for (const item of items) {\n  // Free ones don't count.\n  if (item.free) continue;";
  const wanted =
    "for (const item of items) {\n  // Free ones don't count.\n  if (item.free) {\n    skipped += 1;\n    continue;\n  }";
  expect(replaced(code, sent, wanted)).toContain("    if (item.free) {\n      skipped += 1;\n      continue;\n    }\n    sum +=");
  const tabbed = code.replace(/^(?: {2})+/gm, (blank) => "\t".repeat(blank.length / 2));
  expect(replaced(tabbed, sent, wanted)).toContain(
    "\t\tif (item.free) {\n\t\t\tskipped += 1;\n\t\t\tcontinue;\n\t\t}\n\t\tsum +=",
  );
});

it("keeps line ends, a byte order mark and blanks at line ends of lines that aren't changed", () => {
  const text = `\ufeff${code.replaceAll("\n", "\r\n").replace("sum = 0;", "sum = 0;  ")}`;
  const after = replaced(
    text,
    "  let sum = 0;\n  for (const item of items) {",
    "  let sum = 0;\n  for (const item of all) {\n    seen += 1;",
  );
  expect(after).toBe(text.replace("of items) {\r\n", "of all) {\r\n    seen += 1;\r\n"));
});

it("keeps the file's characters where the model wrote others that look like them", () => {
  const text = "const title = “Price – net”; // it’s shown\nconst next = 1;\n";
  expect(replaced(text, 'const title = "Price - net"; // it\'s shown', 'const title = "Price - gross"; // it\'s shown')).toBe(
    text.replace("net", "gross"),
  );
  const plain = 'say("a - b");\nnext();\n';
  expect(replaced(plain, "say(“a – b”);\nnext();", "say(“a – c”);\nnext();")).toBe(plain.replace("b", "c"));
});

it("keeps a comment that the model left out of the lines it quotes", () => {
  const sent = ["  for (const item of items) {", "    if (item.free) continue;", "    sum += item.price * item.count;", "  }"];
  expect(replaced(code, sent.join("\n"), sent.join("\n").replace("item.count", "amount"))).toBe(
    code.replace("item.count", "amount"),
  );
  const noted = code.replace("  return sum;", "  return sum; // in cents");
  const end = "    sum += item.price * item.count;\n  }\n  return sum;\n}";
  expect(replaced(noted, end, end.replace("return sum", "return round(sum)"))).toBe(
    noted.replace("return sum;", "return round(sum);"),
  );
});

it("takes out what the text is wrapped in", () => {
  const want = code.replace("return sum", "return round(sum)");
  expect(replaced(code, "8|   return sum;\n9| }", "8|   return round(sum);\n9| }")).toBe(want);
  expect(replaced(code, "```ts\n  return sum;\n```", "```ts\n  return round(sum);\n```")).toBe(want);
  expect(replaced(code, "    }\\n  return sum;\\n}".slice(2), "  }\\n  return round(sum);\\n}")).toBe(want);
  expect(replaced("if (a &lt; b) x();\nif (c < d) y();\n", "if (c &lt; d) y();", "if (c &lt; d) z();")).toBe(
    "if (a &lt; b) x();\nif (c < d) z();\n",
  );
});

it("never picks one of several places, and lists them", () => {
  const text = "a();\nlog(1);\nb();\nlog(1);\nc();\n";
  const result = replaceText(text, { oldText: "log(1);", newText: "log(2);" });
  expect(result).toMatchObject({ ok: false, error: { reason: "ambiguous", lines: [2, 4] } });
  expect(replaced(text, "log(1);", "log(2);", { line: 4 })).toBe("a();\nlog(1);\nb();\nlog(2);\nc();\n");
  expect(replaced(text, "log(1);", "log(2);", { all: true })).toBe(text.replaceAll("log(1)", "log(2)"));
});

it("takes no copy for the place that is meant, when that one differs by a word and the copy by its indentation", () => {
  const block = (indent: string, last: string): string =>
    ["if (ready) {", "  open(door, key);", "  enter(house, lamp);", `  ${last}`, "}"]
      .map((line) => `${indent}${line}\n`)
      .join("");
  const text = `${block("    ", "close(doorway);")}between();\n${block("", "close(door);")}`;
  const sent = block("    ", "close(door);");
  expect(refusal(text, sent, sent.replace("enter", "leave"))).toBe("ambiguous");
});

it.each([
  ["nothing of the kind", "not-found", "completely();\ndifferent();", "x"],
  ["no old text", "empty", "  \n", "x"],
  ["no change", "no-change", "  return sum;", "  return sum;"],
  ["the end of a word", "inside-word", "otal(items: Item[])", "x"],
  ["code left out of the new text", "elided", "  return sum;\n}", "  // ... rest of the code unchanged ...\n}"],
  [
    "a changed line that reads otherwise",
    "differs",
    "    if (item.free) continue;\n    sum += price();\n  }\n  return sum;\n}",
    "    if (item.free) continue;\n  }\n  return sum;\n}",
  ],
])("refuses %s (%s)", (_, reason, oldText, newText) => {
  expect(refusal(code, oldText, newText)).toBe(reason);
});

it("shows the file's text where something like it stands", () => {
  const sent = "  for (const item of items) {\n    if (item.free) continue;\n    sum += item.cost;\n  }\n  return sum * 2;\n}";
  const result = replaceText(code, { oldText: sent, newText: sent.replace("sum * 2", "sum * 3") });
  expect(result.ok).toBe(false);
  if (!result.ok) expect(result.error.windows[0]?.text).toContain("    sum += item.price * item.count;\n  }\n  return sum;");
});

it("refuses where one place differs by its indentation and another by its characters", () => {
  const text = "class A {\n  run(a, b) {\n    go();\n}\n\nclass B {\n    run(a,\u00a0b) {\n    go();\n}\n";
  const replaced = replaceText(text, { oldText: "    run(a, b) {\n    go();", newText: "    run(a, b) {\n    stay();" });
  expect(replaced).toMatchObject({ ok: false, error: { reason: "ambiguous", lines: [2, 7] } });
});

it("passes over no place that has the lines it is about, for one that is only likelier by the others", () => {
  const response = (approved: string, ...last: string[]): string[] => [
    ...["enqueue({", "  type: 'tool-approval-response',", "  approvalId,", `  approved: ${approved},`, "  toolCall: chunk,"],
    ...[...last, "});"],
  ];
  const known = ["  reason: toolApprovalStatus.reason,", "  executed: chunk.executed,"];
  const text = [...response("false", "  one(),", "  two(),"), "work();", ...response("true", ...known)].join("\n");
  const oldText = response("false", ...known).join("\n");
  const newText = oldText.replace("approved:", "approvedBy:");
  for (const wanted of [newText, `${newText}\nlog();`, `log();\n${newText}`])
    expect(refusal(text, oldText, wanted)).toBe("ambiguous");
});

it("changes no line beside another one than wanted, where that stands close by", () => {
  const entry = (name: string): string[] => [`"${name}": {`, '  "optional": true', "},"];
  const named = ["a-type", "esbuild", "jiti"].flatMap(entry);
  const text = ["{", ...named, '  "optional": true', "},", ...["sass-embedded", "stylus"].flatMap(entry), "}"].join("\n");
  const oldText = [...entry("jiti"), ...entry("sass"), '"sass-embedded": {'].join("\n");
  expect(refusal(text, oldText, oldText.replace("true", "false"))).toBe("differs");
});
