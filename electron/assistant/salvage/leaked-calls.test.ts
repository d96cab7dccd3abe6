import { expect, it } from "vitest";
import type { LeakedCall, OfferedTools } from "./leaked-call.ts";
import { LeakedCalls } from "./leaked-calls.ts";

const offered: OfferedTools = new Map([
  ["read_file", new Map<string, "text" | "data">(Object.entries({ path: "text", limit: "data" } as const))],
  ["edit_file", new Map<string, "text" | "data">(Object.entries({ path: "text", old_text: "text", new_text: "text" } as const))],
]);

function salvaged(pieces: Iterable<string>): { text: string; calls: LeakedCall[]; unreadable: boolean } {
  const leaks = new LeakedCalls(offered);
  const found = [...pieces].map((piece) => leaks.push(piece));
  const last = leaks.end();
  return {
    text: [...found, last].map(({ text }) => text).join(""),
    calls: [...found, last].flatMap(({ calls }) => calls),
    unreadable: last.unreadable,
  };
}

const read = { name: "read_file", input: { path: "src/a.ts", limit: 20 }, placeholder: null };
const json = '{"name": "read_file", "arguments": {"path": "src/a.ts", "limit": 20}}';
const parameters = "<parameter=path>\nsrc/a.ts\n</parameter>\n<parameter=limit>\n20\n</parameter>\n";

const forms: Readonly<Record<string, string>> = {
  Hermes: `<tool_call>\n${json}\n</tool_call>`,
  "Hermes without its end": `<tool_call>\n${json}`,
  Qwen: `<tool_call>\n<function=read_file>\n${parameters}</function>\n</tool_call>`,
  "Qwen without a wrapping": `<function=read_file>\n${parameters}</function>`,
  "Llama's function tag": '<function=read_file>{"path": "src/a.ts", "limit": 20}</function>',
  invoke:
    '<function_calls>\n<invoke name="read_file">\n<parameter name="path">src/a.ts</parameter>\n<parameter name="limit">20</parameter>\n</invoke>\n</function_calls>',
  "invoke with DeepSeek's prefix":
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="read_file">\n<｜DSML｜parameter name="path" string="true">src/a.ts</｜DSML｜parameter>\n<｜DSML｜parameter name="limit" string="false">20</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
  Mistral: `[TOOL_CALLS][${json}]`,
  "Mistral with the name first": '[TOOL_CALLS]read_file[ARGS]{"path": "src/a.ts", "limit": 20}',
  Llama: '<|python_tag|>{"name": "read_file", "parameters": {"path": "src/a.ts", "limit": 20}}<|eom_id|>',
  GLM: "<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>src/a.ts</arg_value>\n<arg_key>limit</arg_key>\n<arg_value>20</arg_value>\n</tool_call>",
  DeepSeek:
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>read_file<｜tool▁sep｜>{"path": "src/a.ts", "limit": 20}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  "DeepSeek with a fence":
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>read_file\n```json\n{"path": "src/a.ts", "limit": 20}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  "bare JSON": json,
  "bare JSON of OpenAI's kind":
    '{"type": "function", "function": {"name": "read_file", "arguments": "{\\"path\\": \\"src/a.ts\\", \\"limit\\": 20}"}}',
  "a bare list": `[${json}]`,
};

it.each(Object.entries(forms))("finds a call as %s writes it, wherever the stream is cut", (_, form) => {
  const whole = `I'll look.\n${form}`;
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const found = salvaged([whole.slice(0, cut), whole.slice(cut)]);
    expect(found, `cut at ${cut}`).toMatchObject({ calls: [read], unreadable: false });
    expect(found.text.trim(), `cut at ${cut}`).toBe("I'll look.");
  }
  expect(salvaged(whole)).toMatchObject({ calls: [read], unreadable: false });
});

it.each(Object.entries(forms))("finds two calls of %s in one reply, byte by byte", (_, form) => {
  const bytes = new TextEncoder().encode(
    `First.\n${form}\n${form.includes("python_tag") || form.startsWith("<tool_call>\n{") ? "" : "Then.\n"}${form}`,
  );
  const decoder = new TextDecoder();
  const pieces = Array.from(bytes, (byte) => decoder.decode(Uint8Array.of(byte), { stream: true }));
  const found = salvaged(pieces);
  expect(found.calls).toEqual([read, read]);
  expect(found.text).toContain("First.");
});

it.each(Object.entries(forms))("takes %s in a code block or between backticks for an example", (_, form) => {
  const shown = `Calls look like this:\n\n\`\`\`\n${form}\n\`\`\`\n\nThat is \`${form.replaceAll("\n", " ").replaceAll("`", "")}\` in short.\n`;
  const found = salvaged(shown);
  if (form.includes("```")) return;
  expect(found).toEqual({ text: shown, calls: [], unreadable: false });
});

it.each(Object.entries(forms))("says that half of a call of %s can't be read, and runs nothing of it", (_, form) => {
  const half = form.slice(0, form.indexOf("src/a.ts") + 4);
  expect(salvaged(`Wait.\n${half}`)).toMatchObject({ calls: [], unreadable: true });
});

it("keeps what values hold: tags, braces, line ends, quotes", () => {
  const text = 'if (a < b) {\n  return "</parameter>";\n}';
  const call = `<function=edit_file>\n<parameter=path>\na.ts\n</parameter>\n<parameter=old_text>\n${text}\n</parameter>\n<parameter=new_text>\n\n</parameter>\n</function>`;
  expect(salvaged(call).calls[0]?.input).toEqual({ path: "a.ts", old_text: text, new_text: "" });
  const loose =
    '<tool_call>{"name": "edit_file", "arguments": {"path": "a.ts", "old_text": "one\ntwo } {", "new_text": "x",}}</tool_call>';
  expect(salvaged(loose).calls[0]?.input).toEqual({ path: "a.ts", old_text: "one\ntwo } {", new_text: "x" });
});

it("leaves text alone that only looks like the start of a call", () => {
  for (const text of [
    "a < b, <tool and <function of x>, [TOOL list], {not: json}\n",
    '{\n  "name": "some-package",\n  "version": "1.0.0"\n}\n',
    '{"name": "unknown_tool", "arguments": {}}',
    "Use ~~this~~ and ``that ` too``.\n{ }\n[1, 2]\n",
    "ends in <tool_c",
  ]) {
    expect(salvaged(text), text).toEqual({ text, calls: [], unreadable: false });
  }
});

it("marks a call whose value only stands for one", () => {
  const call = (path: string): string =>
    `<tool_call>{"name": "read_file", "arguments": {"path": ${JSON.stringify(path)}}}</tool_call>`;
  expect(
    ["<path>", "...", "<file_path>", "src/<name>.ts", "<div>"].map((path) => salvaged(call(path)).calls[0]?.placeholder),
  ).toEqual(["path", "path", "path", null, null]);
});
