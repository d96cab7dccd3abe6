import { marked, named } from "./json-forms.ts";
import { leakedCall, typedInput, type LeakForm, type OfferedTools, type Reading } from "./leaked-call.ts";

const broken = (text: string): Reading => ({ kind: "broken", length: text.length });

/** Hermes and Qwen: `<tool_call>` around JSON or around `<function=…>`; GLM: around a name and `<arg_key>` pairs. */
export const toolCall: LeakForm = {
  opens: ["<tool_call>"],
  atLineStart: false,
  read: (text, ended, offered) => {
    const open = "<tool_call>".length;
    const body = text.slice(open).trimStart();
    const at = text.length - body.length;
    if (body === "") return ended ? broken(text) : { kind: "more" };
    if (/^[[{]/.test(body)) return marked(text, at, ended);
    if (body.startsWith("<function=")) return shiftedBy(functionTag.read(body, ended, offered), at);
    if (!ended && "<function=".startsWith(body)) return { kind: "more" };
    const end = text.indexOf("</tool_call>");
    if (end === -1) return ended ? broken(text) : { kind: "more" };
    return glm(text.slice(at, end), end + "</tool_call>".length, offered);
  },
};

function glm(body: string, length: number, offered: OfferedTools): Reading {
  const name = /^[\w.-]+/.exec(body)?.[0];
  const pairs = [...body.matchAll(/<arg_key>\s*([^<]+?)\s*<\/arg_key>\s*<arg_value>([^]*?)<\/arg_value>/g)];
  if (name === undefined || (pairs.length === 0 && body.trim() !== name)) return { kind: "broken", length };
  const input = typedInput(
    name,
    pairs.map(([, key, value]) => [key ?? "", unwrapped(value ?? "")] as const),
    offered,
  );
  return { kind: "calls", calls: [leakedCall(name, input)], length };
}

/** `<function=name>` around `<parameter=key>` tags (Qwen) or around JSON (Llama). */
export const functionTag: LeakForm = {
  opens: ["<function="],
  atLineStart: false,
  read: (text, ended, offered) => {
    const head = /^<function=\s*"?([\w.-]+)"?\s*>\s*/.exec(text);
    if (!head) return ended || text.length > 200 ? broken(text) : { kind: "more" };
    const name = head[1] ?? "";
    if (text[head[0].length] === "{") return named(name, text, head[0].length, ended);
    return parameters(
      name,
      text,
      {
        from: head[0].length,
        open: /<parameter=\s*"?([\w.-]+)"?\s*>/y,
        close: "parameter",
        ends: ["</function>", "</tool_call>"],
      },
      ended,
      offered,
    );
  },
};

const prefixes = ["", "antml:", "｜DSML｜"];

/** `<invoke name="…">` around `<parameter name="…">` tags, with or without a prefix on each tag. */
export const invoke: LeakForm = {
  opens: prefixes.map((prefix) => `<${prefix}invoke name=`),
  atLineStart: false,
  read: (text, ended, offered) => {
    const head = /^<((?:antml:|｜DSML｜)?)invoke name="([\w.-]+)"\s*>\s*/.exec(text);
    if (!head) return ended || text.length > 200 ? broken(text) : { kind: "more" };
    const prefix = head[1] ?? "";
    const open = new RegExp(`<${prefix}parameter name="([\\w.-]+)"[^>]*>`, "y");
    return parameters(
      head[2] ?? "",
      text,
      { from: head[0].length, open, close: `${prefix}parameter`, ends: [`</${prefix}invoke>`] },
      ended,
      offered,
    );
  },
};

/** What stands around calls and between them, and is none itself. */
export const wrapping: LeakForm = {
  opens: [
    ...prefixes.flatMap((prefix) => [`<${prefix}function_calls>`, `</${prefix}function_calls>`]),
    ...["</tool_call>", "</function>", "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", "<|eom_id|>"],
  ],
  atLineStart: false,
  read: (text) => ({ kind: "calls", calls: [], length: wrapping.opens.find((open) => text.startsWith(open))?.length ?? 1 }),
};

type Tags = { from: number; open: RegExp; close: string; ends: readonly string[] };

function parameters(
  name: string,
  text: string,
  { from, open, close, ends }: Tags,
  ended: boolean,
  offered: OfferedTools,
): Reading {
  const pairs: [string, string][] = [];
  const unread: Reading = ended ? broken(text) : { kind: "more" };
  for (let at = from; ;) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    const end = ends.find((each) => text.startsWith(each, at));
    if (end !== undefined) {
      const length = end === "</tool_call>" ? at : at + end.length;
      return { kind: "calls", calls: [leakedCall(name, typedInput(name, pairs, offered))], length };
    }
    open.lastIndex = at;
    const tag = open.exec(text);
    // A tag that is no parameter: if it isn't one that only lacks its end, the call can't be read.
    if (!tag) return text.length - at > 200 ? broken(text) : unread;
    const stop = valueEnd(text, open.lastIndex, { open: open.source, close, ends });
    if (stop === null) return unread;
    pairs.push([tag[1] ?? "", unwrapped(text.slice(open.lastIndex, stop))]);
    at = stop + `</${close}>`.length;
  }
}

/** The closing tag that the call goes on behind: a value may hold one that only looks like it. */
function valueEnd(
  text: string,
  from: number,
  { open, close, ends }: { open: string; close: string; ends: readonly string[] },
): number | null {
  const tag = `</${close}>`;
  const next = new RegExp(`\\s*(?:${open}|${ends.map((end) => end.replaceAll("/", "\\/")).join("|")})`, "y");
  for (let at = text.indexOf(tag, from); at !== -1; at = text.indexOf(tag, at + 1)) {
    next.lastIndex = at + tag.length;
    if (next.test(text)) return at;
  }
  return null;
}

/** Without the one line end that stands on either side of a value for the eye. */
function unwrapped(value: string): string {
  return value.replace(/^\r?\n/, "").replace(/\r?\n$/, "");
}

function shiftedBy(reading: Reading, by: number): Reading {
  return "length" in reading ? { ...reading, length: reading.length + by } : reading;
}
