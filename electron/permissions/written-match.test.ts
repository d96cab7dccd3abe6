import { expect, it } from "vitest";
import type { NewRule } from "../../shared/contract/rules.ts";
import { readWrittenMatch } from "./written-match.ts";

type Match = NewRule["match"];
const read = (match: Match, decision: NewRule["decision"] = "allow") => readWrittenMatch({ match, decision });
const command = (line: string, cwd: string | null = null): Match => ({ kind: "command", command: line, cwd });
const edit = (path: string): Match => ({ kind: "path", action: "edit", path });

it.each<[Match, object]>([
  [command(" npm test "), { argv: ["npm", "test"], cwd: null }],
  [command(`git commit -m "a b"`, "packages/core/"), { argv: ["git", "commit", "-m", "a b"], cwd: "packages/core" }],
  [command("make", "."), { argv: ["make"], cwd: null }],
  [edit("./src//a.ts"), { kind: "path", action: "edit", path: "src/a.ts" }],
  [{ kind: "url", url: "https://Docs.test" }, { url: "https://docs.test/" }],
  [{ kind: "host", host: "Docs.Test:8080" }, { host: "docs.test:8080" }],
])("reads %j", (written, match) => {
  expect(read(written)).toMatchObject({ ok: true, value: match });
});

it.each<[Match, string]>([
  [command("npm test; rm -rf ~"), "match.command"],
  [command("npm test\nrm -rf ~"), "match.command"],
  [command("npm *"), "match.command"],
  [command(""), "match.command"],
  [command("sudo make"), "match.command"],
  [command("bash build.sh"), "match.command"],
  [command("make", "../other"), "match.cwd"],
  [command("make", "/etc"), "match.cwd"],
  [edit(""), "match.path"],
  [edit("."), "match.path"],
  [edit("/etc/passwd"), "match.path"],
  [edit("src/../../x"), "match.path"],
  [edit(".git/hooks/pre-commit"), "match.path"],
  [edit(".VSCODE/tasks.json"), "match.path"],
  [{ kind: "url", url: "docs.test" }, "match.url"],
  [{ kind: "url", url: "file:///etc/passwd" }, "match.url"],
  [{ kind: "host", host: "https://docs.test/" }, "match.host"],
  [{ kind: "host", host: "*.docs.test" }, "match.host"],
  [{ kind: "host", host: "docs.test/x" }, "match.host"],
  [{ kind: "host", host: "me@docs.test" }, "match.host"],
])("S79 S80 refuses %j", (written, field) => {
  expect(read(written)).toMatchObject({ ok: false, error: { code: "INPUT_INVALID", field } });
});

it("rejects by rule what no rule may allow", () => {
  expect(read(edit(".envrc"), "reject")).toMatchObject({ ok: true, value: { path: ".envrc" } });
  expect(read(command("sudo make"), "reject")).toMatchObject({ ok: true });
});
