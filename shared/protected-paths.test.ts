import { expect, it } from "vitest";
import { isProtectedPath, protectedKind } from "./protected-paths.ts";

it.each([
  ".git/hooks/pre-commit",
  ".git/config",
  "vendor/x/.git/hooks/post-checkout",
  ".GIT/config",
  "git~1/config",
  ".git./config",
  ".vscode/tasks.json",
  ".VSCODE/settings.json",
  ".v\u017fcode/tasks.json",
  ".vs\u200bcode/tasks.json",
  "sub/.claude/settings.json",
  ".mcp.json",
  ".MCP.JSON",
  ".mcp.json.",
  ".opencode/opencode.json",
  "opencode.json",
  ".qwen/settings.json",
  ".husky/pre-push",
  ".envrc",
  "a/b/.envrc",
  ".github/workflows/ci.yml",
  ".GitHub/Workflows/ci.yml",
  ".gitlab-ci.yml",
  "Jenkinsfile",
  ".npmrc",
  "team.code-workspace",
  "/abs/project/.vscode/tasks.json",
  "C:\\project\\.vscode\\tasks.json",
  ".envrc::$DATA",
  ".cursor/rules/x.mdc",
  ".gitmodules",
])("S54 protects %j", (path) => {
  expect(isProtectedPath(path)).toBe(true);
});

it.each([
  "src/a.ts",
  "README.md",
  ".github/CODEOWNERS",
  "vscode/x",
  "git/hooks.ts",
  "docs/envrc.md",
  ".gitignore",
  "claude/x.ts",
  "husky.md",
])("S54 leaves %j alone", (path) => {
  expect(protectedKind(path)).toBeNull();
});

it("S54 tells the same of a path in whatever folder, be that plain text or not", () => {
  const parts = [
    "a",
    ".git",
    "GIT~1",
    ".x",
    "mise.toml",
    "Jenkinsfile. ",
    ".vscode",
    "x.code-workspace",
    "b:.git",
    "c\\.ssh",
    " .git",
  ];
  for (const one of parts)
    for (const other of parts)
      for (const path of [one, `${one}/${other}`])
        expect(protectedKind(`plain/${path}`), path).toBe(protectedKind(`\u00e9/${path}`));
});

it("S54 compares names normalised: composed and decomposed are one", () => {
  expect(protectedKind(".envrc".normalize("NFD"))).toBe("shell configuration");
  expect(protectedKind("caf\u00e9/.vscode/x")).toBe(protectedKind("cafe\u0301/.vscode/x"));
});
