import { parse as parseToml } from "smol-toml";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { isRecord } from "../../../shared/is-record.ts";

const most = 300;

/**
 * What a command's file says that it does, in a line: its `description`, or else the first line of its text. Whatever
 * is wrong with the file, it is the agent's to complain of.
 */
export function describeCommand(text: string, form: "markdown" | "toml"): { description: string; hint?: string } {
  const { head, body } = form === "toml" ? { ...readHead(text, parseToml), body: "" } : splitMarkdown(text);
  const told = oneLine(head["description"]) || oneLine(firstLine(body));
  const hint = oneLine(head["argument-hint"]);
  return { description: told, ...(hint === "" ? {} : { hint }) };
}

/**
 * The fields of a file's head, as YAML has them, and the text below it. `problem`: why the head can't be read, in words; it
 * counts as empty then, which is wrong where it forbids something.
 */
export function splitMarkdown(text: string): Head & { body: string } {
  const found = /^\uFEFF?---[^\S\n]*\n(?:([\s\S]*?)\r?\n)?---[^\S\n]*(?:\n|$)/.exec(text);
  if (found)
    return { ...readHead(found[1] ?? "", (head) => parseYaml(head, { maxAliasCount: 0 })), body: text.slice(found[0].length) };
  const begun = /^\uFEFF?\s*---/.test(text);
  return { head: {}, body: text, problem: begun ? "its head must begin and end with a line of --- alone" : null };
}

type Head = { head: Record<string, unknown>; problem: string | null };

function readHead(text: string, parse: (text: string) => unknown): Head {
  try {
    const head = parse(text) ?? {};
    return isRecord(head) ? { head, problem: null } : { head: {}, problem: "its head must have fields, such as mode: ask" };
  } catch (error) {
    return { head: {}, problem: `its head can't be read: ${faultWords(error, text)}` };
  }
}

/** With the line that is wrong, which tells the field. */
function faultWords(error: unknown, text: string): string {
  const words = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
  const at = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
  const line = at === undefined ? "" : oneLine(text.split("\n")[at - 1]).slice(0, 100);
  const said = words.replace(/ at line \d+, column \d+:?$/, "");
  return (line === "" ? said : `${said}, in the line "${line}"`).slice(0, most);
}

function firstLine(body: string): string {
  return (
    body
      .split("\n")
      .map((line) => line.replace(/^#+\s*/, "").trim())
      .find((line) => line !== "") ?? ""
  );
}

function oneLine(value: unknown): string {
  // Some write it as a list.
  const text = Array.isArray(value) ? JSON.stringify(value) : value;
  return typeof text === "string" ? text.replaceAll(/\s+/g, " ").trim().slice(0, most) : "";
}
