import { describe, expect, it } from "vitest";
import { splitMarkdown as split, type SplitText } from "./split-markdown.ts";

const paragraph = (n: number) => `Paragraph ${n} says something of ordinary length, as an answer does, and then ends.`;
const long = Array.from({ length: 200 }, (_, n) => paragraph(n)).join("\n\n");
const splitMarkdown = (text: string) => split(text).chunks;
const kinds = (text: string) => splitMarkdown(text).map((chunk) => chunk.kind);

describe("split markdown", () => {
  it("leaves a short answer whole", () => {
    const text = "# Title\n\nText\n\n```js\nlet a;\n\nlet b;\n```\n\n- a\n- b";
    expect(splitMarkdown(text)).toEqual([{ kind: "markdown", text }]);
    expect(splitMarkdown(" \n\n")).toEqual([]);
  });

  it("cuts a long one between its blocks and loses nothing", () => {
    const chunks = splitMarkdown(long);
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.every((chunk) => chunk.kind === "markdown" && chunk.text.length < 6_000)).toBe(true);
    expect(chunks.map((chunk) => chunk.text).join("\n")).toBe(long);
  });

  it("changes only the last piece while the text grows", () => {
    let before = splitMarkdown("");
    for (let end = 100; end <= long.length; end += 613) {
      const after = splitMarkdown(long.slice(0, end));
      expect(after.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1));
      before = after;
    }
  });

  it("changes only the last piece while a list grows, letter by letter", () => {
    const list = (mark: (n: number) => string) => Array.from({ length: 90 }, (_, n) => `${mark(n)} ${paragraph(n)}`).join("\n\n");
    const text = `${list(() => "-")}\n\n${long.slice(0, 1_600)}\n\n${list((n) => `${n + 1}.`)}\n\n*emphasis* at its beginning`;
    let grown: SplitText | null = null;
    for (let end = 1; end <= text.length; end += 1) {
      const now: SplitText = split(text.slice(0, end), grown);
      if (grown) expect(now.chunks.slice(0, grown.chunks.length - 1)).toEqual(grown.chunks.slice(0, -1));
      grown = now;
    }
    expect(grown).toEqual(split(text));
  });

  it("makes the same of a growing text as of a whole one, and looks only at its end", () => {
    const code = Array.from({ length: 300 }, (_, n) => `const line${n} = ${n};`).join("\n");
    const text = `${long}\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${long}\n\n\`\`\`sh\nls\n\`\`\`\n\n${long}`;
    let grown: SplitText | null = null;
    for (let end = 1; end < text.length; end += 97) grown = split(text.slice(0, end), grown);
    const first = grown?.chunks[0];
    grown = split(text, grown);
    expect(grown).toEqual(split(text));
    expect(grown.chunks[0]).toBe(first);
    expect(split("another text", grown)).toEqual(split("another text"));
  });

  it("never cuts inside a code fence, and takes a long one out whole", () => {
    const code = Array.from({ length: 400 }, (_, n) => `line ${n} of the file\n`).join("\n");
    const chunks = splitMarkdown(`before\n\n~~~~ts title="x"\n${code}\n\`\`\`\n~~~~\nafter`);
    expect(chunks).toEqual([
      { kind: "markdown", text: "before\n" },
      { kind: "code", lang: "ts", text: `${code}\n\`\`\``, closed: true },
      { kind: "markdown", text: "after" },
    ]);
  });

  it("shows a fence that is still open", () => {
    const code = "x\n".repeat(4_000);
    expect(splitMarkdown(`\`\`\`\n${code}`)).toEqual([{ kind: "code", lang: "", text: code, closed: false }]);
  });

  it("keeps a text that may name a link of further on in larger pieces, and a heading with what it is of", () => {
    const referring = splitMarkdown(long.replaceAll("something", "[something][1]"));
    expect(Math.min(...referring.slice(0, -1).map((chunk) => chunk.text.length))).toBeGreaterThan(4_000 - 100);
    const linking = splitMarkdown(long.replaceAll("something", "[it](a.md)"));
    expect(Math.max(...linking.map((chunk) => chunk.text.length))).toBeLessThan(2_000);
    const headed = splitMarkdown(long.replaceAll("Paragraph", "## Heading\n\nParagraph"));
    expect(headed.length).toBeGreaterThan(3);
    for (const chunk of headed) expect(chunk.text).toMatch(/^## Heading/);
  });

  it("cuts a long list before an item", () => {
    const list = Array.from({ length: 900 }, (_, n) => `- item ${n} with some words`).join("\n");
    const chunks = splitMarkdown(list);
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) expect(chunk.text).toMatch(/^- item/);
  });

  it.each<[string, string]>([
    ["50,000 nested lists", "- ".repeat(50_000)],
    ["2,000 levels of indentation", Array.from({ length: 2_000 }, (_, n) => `${" ".repeat(n * 2)}- a`).join("\n")],
    ["20,000 quotes", ">".repeat(20_000)],
    ["brackets", "[".repeat(50_000)],
    ["open links", "[a](".repeat(20_000)],
    ["a 5 MB line", "a *b ".repeat(1_000_000)],
    ["a short but deep list", "- ".repeat(60)],
  ])("S48 doesn't give the parser %s", (_name, text) => {
    expect(kinds(text).filter((kind) => kind === "markdown")).toEqual([]);
  });

  it("S48 takes a 5 MB one-line code block out of the Markdown", () => {
    expect(kinds(`\`\`\`js\n${"x".repeat(5_000_000)}\n\`\`\``)).toEqual(["code"]);
  });
});
