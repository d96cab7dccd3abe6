import type { RuleInUse, RuleMatch } from "../../shared/contract/rules.ts";
import { quoteWords } from "../../shared/shell-words.ts";
import { shortDate } from "../ui/short-date.ts";

/** What a rule is about, as it would be shown when it is asked for. */
export function matchText(match: RuleMatch): string {
  switch (match.kind) {
    case "command":
      return quoteWords(match.argv) + (match.cwd === null ? "" : `  in ${match.cwd}`);
    case "path":
      return `${match.action} ${match.path}`;
    case "url":
      return match.url;
    case "host":
      return `anything from ${match.host}`;
    case "claim":
      return `what ${match.agentId} calls “${match.claim}”`;
    case "tool":
      return `${match.tool} of the MCP server ${match.server}, whatever it is given`;
  }
}

/** `name`: the session's title or the project's name; null where it is gone. */
export function scopeText(scope: RuleInUse["scope"], name: string | null): string {
  switch (scope) {
    case "session":
      return name === null ? "in a removed session" : `in the session “${name || "New session"}”`;
    case "project":
      return `in ${name ?? "a removed project"}`;
    case "always":
      return "in every project";
  }
}

export function usesText({ uses, lastUsedAt, decision }: RuleInUse, now = new Date()): string {
  if (uses === 0 || lastUsedAt === null) return "never used";
  const did = decision === "allow" ? "let through" : "rejected";
  return `${did} ${uses === 1 ? "once" : `${uses} times`}, last ${shortDate(lastUsedAt, now)}`;
}
