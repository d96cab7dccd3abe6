import { isRecord } from "../../../shared/is-record.ts";
import { callsOf, jsonEnd, lenientJson } from "./json-call.ts";
import { leakedCall, type LeakForm, type OfferedTools, type Reading } from "./leaked-call.ts";

/** Llama: `<|python_tag|>{"name": …, "parameters": …}`. */
export const llama: LeakForm = {
  opens: ["<|python_tag|>"],
  atLineStart: false,
  read: (text, ended) => marked(text, "<|python_tag|>".length, ended),
};

/** Mistral: `[TOOL_CALLS]` before a list of calls, or before `name[ARGS]{…}`. */
export const mistral: LeakForm = {
  opens: ["[TOOL_CALLS]"],
  atLineStart: false,
  read: (text, ended) => {
    const mark = "[TOOL_CALLS]".length;
    if (/^\s*[[{]/.test(text.slice(mark))) return marked(text, mark, ended);
    const head = /^\s*([\w.-]+)(?:\[CALL_ID\][\w-]*)?(?:\[ARGS\])?\s*(?=\{)/.exec(text.slice(mark));
    if (!head) return ended || text.length > 400 ? { kind: "broken", length: text.length } : { kind: "more" };
    return named(head[1] ?? "", text, mark + head[0].length, ended);
  },
};

/** DeepSeek: `<｜tool▁call▁begin｜>name<｜tool▁sep｜>{…}<｜tool▁call▁end｜>`, older ones with the kind first and a fence. */
export const deepSeek: LeakForm = {
  opens: ["<｜tool▁call▁begin｜>"],
  atLineStart: false,
  read: (text, ended) => {
    const head =
      /^<｜tool▁call▁begin｜>(?:function<｜tool▁sep｜>\s*)?([\w.-]+)\s*(?:<｜tool▁sep｜>\s*)?(?:```(?:json)?\s*)?(?=\{)/.exec(
        text,
      );
    if (!head) return ended || text.length > 600 ? { kind: "broken", length: text.length } : { kind: "more" };
    const read = named(head[1] ?? "", text, head[0].length, ended);
    if (read.kind !== "calls") return read;
    const tail = "<｜tool▁call▁end｜>";
    const end = text.indexOf(tail, read.length);
    if (end === -1) return ended ? { ...read, length: text.length } : { kind: "more" };
    return { ...read, length: end + tail.length };
  },
};

/** A call as bare JSON on lines of its own; only a tool that was offered makes it one. */
export const bareJson: LeakForm = {
  opens: ["{", "["],
  atLineStart: true,
  read: (text, ended, offered) => {
    const start = /^(?:\[\s*)?\{\s*"(?:name|function|tool|tool_name|type|arguments|parameters)"\s*:/;
    if (!start.test(text))
      return text.length > 80 || ended || !/^(?:\[\s*)?(?:\{\s*(?:"\w*(?:"\s*)?)?)?$/.test(text)
        ? { kind: "text" }
        : { kind: "more" };
    const end = jsonEnd(text, 0);
    if (end === null) return ended ? unfinished(text, offered) : { kind: "more" };
    const calls = callsOf(lenientJson(text.slice(0, end)));
    if (calls?.every(({ name }) => offered.has(name))) return { kind: "calls", calls, length: end };
    return calls ? { kind: "text" } : unfinished(text.slice(0, end), offered);
  },
};

function unfinished(text: string, offered: OfferedTools): Reading {
  const name = /"(?:name|tool|tool_name)"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  const callLike = name !== undefined && offered.has(name) && /"(?:arguments|parameters|input|args)"/.test(text);
  return callLike ? { kind: "broken", length: text.length } : { kind: "text" };
}

/** JSON that a mark says to be calls. */
export function marked(text: string, from: number, ended: boolean): Reading {
  const lead = /^\s*/.exec(text.slice(from))?.[0].length ?? 0;
  const start = from + lead;
  if (start === text.length && !ended) return { kind: "more" };
  if (!/[[{]/.test(text[start] ?? "")) return { kind: "broken", length: text.length };
  const end = jsonEnd(text, start);
  if (end === null) return ended ? { kind: "broken", length: text.length } : { kind: "more" };
  const calls = callsOf(lenientJson(text.slice(start, end)));
  return calls ? { kind: "calls", calls, length: end } : { kind: "broken", length: end };
}

/** A call whose name stands before its arguments. */
export function named(name: string, text: string, from: number, ended: boolean): Reading {
  const end = jsonEnd(text, from);
  if (end === null) return ended ? { kind: "broken", length: text.length } : { kind: "more" };
  const input = lenientJson(text.slice(from, end));
  return isRecord(input) ? { kind: "calls", calls: [leakedCall(name, input)], length: end } : { kind: "broken", length: end };
}
