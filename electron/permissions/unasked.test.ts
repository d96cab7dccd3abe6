import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { PermissionAction } from "../../shared/run-event.ts";
import { unaskedChanges, type AskedFor } from "./unasked.ts";

const workingCopyPath = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-unasked-")));
afterAll(() => rmSync(workingCopyPath, { recursive: true }));
const edit = (name: string): PermissionAction => ({ kind: "edit", paths: [name] });
const command: PermissionAction = { kind: "execute", command: "npm test" };
const yes = (action: PermissionAction): AskedFor => ({ action, allowed: true });
const no = (action: PermissionAction): AskedFor => ({ action, allowed: false });
const found = (policy: Policy, changed: string[], asked: AskedFor[]): string[] =>
  unaskedChanges({ agentId: "practice", policy, changed, asked, workingCopyPath });

it.each<[string, Policy, string[], AskedFor[], string[]]>([
  ["nothing was asked", "ask", ["a", "b"], [], ["a", "b"]],
  ["nothing was asked under plan", "plan", ["a"], [], ["a"]],
  ["an edit was allowed, and another file changed with it", "ask", ["a", "b"], [yes(edit("a"))], ["b"]],
  ["the name is given whole", "ask", ["src/a"], [yes(edit(path.join(workingCopyPath, "src/a")))], []],
  ["a folder was deleted", "ask", ["src/a", "src/b"], [yes({ kind: "delete", paths: ["src"] })], []],
  ["reading was allowed", "ask", ["a"], [yes({ kind: "read", paths: ["a"] })], ["a"]],
  ["a command was allowed", "ask", ["a"], [yes(command)], []],
  ["what can't be looked into was allowed", "ask", ["a"], [yes({ kind: "undecodable" })], []],
  ["an edit was refused, or never answered, and done all the same", "ask", ["a"], [no(edit("a"))], ["a"]],
  ["a command was refused", "ask", ["a"], [no(command)], ["a"]],
  ["an edit was refused after a command", "ask", ["a", "b"], [yes(command), no(edit("a"))], ["a"]],
  ["a command was allowed after the refusal", "ask", ["a"], [no(edit("a")), yes(command)], []],
  ["an edit was refused, then allowed", "ask", ["a"], [no(edit("a")), yes(edit("a"))], []],
  ["edits need no request", "accept-edits", ["a", ".envrc"], [], [".envrc"]],
  ["nothing but protected files needs one", "full", ["a", ".git/hooks/pre-commit"], [], [".git/hooks/pre-commit"]],
])("%s (%s)", (_, policy, changed, asked, expected) => {
  expect(found(policy, changed, asked)).toEqual(expected);
});
