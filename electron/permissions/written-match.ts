import path from "node:path";
import type { NewRule, RuleMatch } from "../../shared/contract/rules.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { protectedKind } from "../../shared/protected-paths.ts";
import { ok, type Result } from "../../shared/result.ts";
import { readCommand, runsOtherPrograms } from "../../shared/shell-command.ts";

type Read<T> = Result<T, Failure<"INPUT_INVALID">>;

/** What a rule that a person wrote is about, or what is wrong with it and how it is to be written. Pure. */
export function readWrittenMatch({ match, decision }: Pick<NewRule, "match" | "decision">): Read<RuleMatch> {
  switch (match.kind) {
    case "command":
      return readCommandLine(match.command, match.cwd, decision);
    case "path":
      return readFile(match.action, match.path, decision);
    case "url":
      return readAddress(match.url);
    case "host":
      return readHost(match.host);
  }
}

function readCommandLine(line: string, folder: string | null, decision: NewRule["decision"]): Read<RuleMatch> {
  const command = readCommand({ kind: "execute", command: line });
  if (command?.kind !== "argv")
    return invalid(
      "match.command",
      "Give one command of plain words: a rule is about exactly that, so nothing may stand in it that a shell would read (; | & > $ * ~ and the like)",
    );
  const [program = ""] = command.argv;
  if (decision === "allow" && runsOtherPrograms(command.argv))
    return invalid("match.command", `${program} runs whatever it is given, so it can't be allowed beforehand`);
  const cwd = folder === null || folder.trim() === "" ? ok(null) : readInside("match.cwd", folder);
  if (!cwd.ok) return cwd;
  return ok({ kind: "command", argv: command.argv, cwd: cwd.value === "." ? null : cwd.value });
}

function readFile(action: "edit" | "delete", given: string, decision: NewRule["decision"]): Read<RuleMatch> {
  const inside = readInside("match.path", given);
  if (!inside.ok) return inside;
  if (inside.value === ".") return invalid("match.path", "Give one file: a rule is about exactly that");
  const kind = protectedKind(inside.value);
  if (decision === "allow" && kind !== null)
    return invalid(
      "match.path",
      `${inside.value} can make something run later (${kind}), so you are asked each time; a rule can only reject it`,
    );
  return ok({ kind: "path", action, path: inside.value });
}

/** As it is named from the project's top. */
function readInside(field: string, given: string): Read<string> {
  const name = given.trim();
  const normal = path.posix.normalize(name).replace(/(?<=.)\/$/, "");
  if (
    name === "" ||
    name.includes("\0") ||
    path.posix.isAbsolute(name) ||
    path.win32.isAbsolute(name) ||
    /^\.\.(\/|$)/.test(normal)
  )
    return invalid(field, "Name it from the project's top, like src/parser.ts");
  return ok(normal);
}

function readAddress(given: string): Read<RuleMatch> {
  const url = URL.canParse(given.trim()) ? new URL(given.trim()) : null;
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    return invalid("match.url", "Give a whole address, like https://docs.python.org/3/");
  return ok({ kind: "url", url: url.href });
}

function readHost(given: string): Read<RuleMatch> {
  const name = given.trim().toLowerCase();
  const host = URL.canParse(`https://${name}`) ? new URL(`https://${name}`).host : "";
  if (host === "" || host !== name || host.includes("*"))
    return invalid("match.host", "Give the host alone, like docs.python.org: no address, no path, no *");
  return ok({ kind: "host", host });
}

function invalid(field: string, message: string): { ok: false; error: Failure<"INPUT_INVALID"> } {
  return failure("INPUT_INVALID", message, { field });
}
