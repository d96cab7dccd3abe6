import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { isRecord } from "../../../shared/is-record.ts";

const most = 300;

/**
 * What a command's file says that it does, in a line: its `description`, or else the first line of its text. Whatever
 * is wrong with the file, it is the agent's to complain of.
 */
export function describeCommand(text: string, form: "markdown" | "toml"): { description: string; hint?: string } {
  const { head, body } = form === "toml" ? { head: readHead(text, parseToml), body: "" } : splitMarkdown(text);
  const told = oneLine(head["description"]) || oneLine(firstLine(body));
  const hint = oneLine(head["argument-hint"]);
  return { description: told, ...(hint === "" ? {} : { hint }) };
}

/** The fields of a file's head, as YAML has them, and the text below it. */
export function splitMarkdown(text: string): { head: Record<string, unknown>; body: string } {
  const found = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---[^\S\n]*(?:\r?\n|$)/.exec(text);
  if (!found) return { head: {}, body: text };
  return { head: readHead(found[1] ?? "", (head) => parseYaml(head, { maxAliasCount: 0 })), body: text.slice(found[0].length) };
}

function readHead(text: string, parse: (text: string) => unknown): Record<string, unknown> {
  try {
    const head = parse(text);
    return isRecord(head) ? head : {};
  } catch {
    return {};
  }
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
