import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inspect } from "./inspect.ts";
import { realPathOf } from "./real-path.ts";

let dir: string;
let copy: string;

beforeEach(() => {
  dir = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-perm-")));
  copy = path.join(dir, "app");
  mkdirSync(path.join(copy, "src"), { recursive: true });
  mkdirSync(path.join(dir, "app-evil"));
  writeFileSync(path.join(copy, "src/a.ts"), "a");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("places", () => {
  it("finds files inside, there or not", () => {
    expect(realPathOf(copy, "src/a.ts")?.relative).toBe("src/a.ts");
    expect(realPathOf(copy, path.join(copy, "new/deep/b.ts"))?.relative).toBe("new/deep/b.ts");
    expect(realPathOf(copy, "src/../src/./a.ts")?.relative).toBe("src/a.ts");
    expect(realPathOf(copy, ".")?.relative).toBe(".");
  });

  it("S51 a sibling with the same beginning is outside", () => {
    expect(realPathOf(copy, "../app-evil/x")?.relative).toBeNull();
    expect(realPathOf(copy, `${copy}-evil/`)?.relative).toBeNull();
    expect(realPathOf(`${copy}/`, "src/a.ts")?.relative).toBe("src/a.ts");
  });

  it("S52 follows links: file, folder, chain, dangling, missing parent, endless", () => {
    symlinkSync("/etc/passwd", path.join(copy, "file"));
    symlinkSync(path.join(dir, "app-evil"), path.join(copy, "folder"));
    symlinkSync("folder", path.join(copy, "chain"));
    symlinkSync(path.join(dir, "not-there"), path.join(copy, "dangling"));
    symlinkSync("loop", path.join(copy, "loop"));
    for (const name of ["file", "folder/x", "chain/y/z", "dangling", "dangling/x"]) {
      expect(realPathOf(copy, name)?.relative, name).toBeNull();
      expect(realPathOf(copy, name), name).not.toBeNull();
    }
    expect(realPathOf(copy, "loop")).toBeNull();
    expect(realPathOf(copy, "a\0b")).toBeNull();
  });

  it("follows a link that stays inside", () => {
    symlinkSync("src", path.join(copy, "link"));
    expect(realPathOf(copy, "link/a.ts")?.relative).toBe("src/a.ts");
  });
});

describe("inspection", () => {
  it.each([
    ".git/hooks/pre-commit",
    ".git/config",
    "vendor/x/.git/hooks/a",
    ".vscode/tasks.json",
    ".VSCODE/tasks.json",
    ".claude/x",
    ".mcp.json",
    ".envrc",
    ".husky/a",
    ".github/workflows/ci.yml",
  ])("S54 %s must be asked about", (name) => {
    const seen = inspect({ kind: "edit", paths: [name] }, copy, "practice");
    expect(seen.mustAsk).toBe(true);
    expect(seen.rememberable).toBe(false);
    expect(seen.warnings).toHaveLength(1);
  });

  it("S54 finds a protected file behind a link, and under an absolute name", () => {
    mkdirSync(path.join(copy, ".vscode"));
    symlinkSync(".vscode", path.join(copy, "innocent"));
    expect(inspect({ kind: "edit", paths: ["innocent/tasks.json"] }, copy, "practice").mustAsk).toBe(true);
    expect(inspect({ kind: "edit", paths: [path.join(copy, ".envrc")] }, copy, "practice").mustAsk).toBe(true);
  });

  it("does not mind what the folders above the working copy are called", () => {
    const inner = path.join(dir, ".claude/worktrees/one");
    mkdirSync(inner, { recursive: true });
    expect(inspect({ kind: "edit", paths: [path.join(inner, "a.ts"), "b.ts"] }, inner, "practice").mustAsk).toBe(false);
  });

  it("S50 warns of what is outside, with its real name", () => {
    const seen = inspect({ kind: "edit", paths: ["../../../../../../../etc/passwd"] }, copy, "practice");
    expect(seen.mustAsk).toBe(true);
    expect(seen.warnings).toEqual(["Outside the working copy: /etc/passwd"]);
    expect(inspect({ kind: "execute", command: "ls", cwd: dir }, copy, "practice").mustAsk).toBe(true);
  });

  it("S81 a kind that hides a command, new text or an address is not believed", () => {
    expect(inspect({ kind: "read", paths: ["src/a.ts"], command: "rm -rf src" }, copy, "practice").kind).toBe("execute");
    expect(inspect({ kind: "read", diff: [{ path: "src/a.ts", oldText: "a", newText: "b" }] }, copy, "practice").kind).toBe(
      "edit",
    );
    expect(inspect({ kind: "read", paths: ["src/a.ts"], url: "https://x.test/" }, copy, "practice").kind).toBe("fetch");
  });

  it("S81 what can't be looked at is undecodable", () => {
    for (const action of [
      { kind: "execute" },
      { kind: "edit" },
      { kind: "other" },
      { kind: "fetch", url: "no url" },
      { kind: "edit", paths: ["a\0b"] },
    ] as Parameters<typeof inspect>[0][]) {
      const seen = inspect(action, copy, "practice");
      expect(seen.kind).toBe("undecodable");
      expect(seen.mustAsk).toBe(true);
    }
  });

  it("S47 warns of hidden characters in commands, names and new text", () => {
    for (const action of [
      { kind: "execute", command: "ls \u202e-la" },
      { kind: "edit", paths: ["src/a\u200b.ts"] },
      { kind: "edit", diff: [{ path: "src/a.ts", oldText: null, newText: "if (a\u2066) {}" }] },
    ] as Parameters<typeof inspect>[0][]) {
      expect(inspect(action, copy, "practice").warnings).toContain("It contains hidden or control characters");
      expect(inspect(action, copy, "practice").mustAsk).toBe(true);
    }
    expect(
      inspect({ kind: "edit", diff: [{ path: "src/a.ts", oldText: null, newText: "a\r\n\tb\n" }] }, copy, "practice").mustAsk,
    ).toBe(false);
  });

  it("S79 only a plain command can be remembered, whole", () => {
    const log = { kind: "command", argv: ["git", "log"], cwd: null };
    expect(inspect({ kind: "execute", command: "git log" }, copy, "practice")).toMatchObject({
      rememberable: true,
      matches: [log],
    });
    const inSrc = inspect({ kind: "execute", command: "git log", cwd: path.join(copy, "src") }, copy, "practice");
    expect(inSrc).toMatchObject({ rememberable: true, matches: [{ cwd: "src" }] });
    for (const command of ["git log; x", "A=1 b", "ls $(x)", "env x", "xargs rm", "sudo ls", "bash x.sh"])
      expect(inspect({ kind: "execute", command }, copy, "practice").rememberable, command).toBe(false);
  });

  it("can remember a tool of an MCP server, whatever it is given, while the server is what it was", () => {
    const tool = { server: "birds", serverHash: "h1", name: "tell", input: "{}" };
    const seen = inspect({ kind: "other", tool }, copy, "hearth");
    const match = { kind: "tool", server: "birds", serverHash: "h1", tool: "tell" };
    expect(seen).toMatchObject({ kind: "other", mustAsk: false, rememberable: true, matches: [match] });
    const other = inspect({ kind: "other", tool: { ...tool, input: '{"a":1}' } }, copy, "hearth");
    expect([other.matches, other.hash === seen.hash]).toEqual([[match], false]);
    expect(inspect({ kind: "other", tool: { ...tool, serverHash: "h2" } }, copy, "hearth").matches).not.toEqual([match]);
    expect(inspect({ kind: "other", tool: { ...tool, input: '{"a":"\u202e"}' } }, copy, "hearth").mustAsk).toBe(true);
    expect(inspect({ kind: "other", tool, paths: ["/etc/passwd"] }, copy, "hearth").mustAsk).toBe(true);
  });

  it("S83 names the same action the same, another one differently", () => {
    const hash = (action: Parameters<typeof inspect>[0]): string => inspect(action, copy, "practice").hash;
    expect(hash({ kind: "execute", command: "npm test" })).toBe(
      hash({ kind: "execute", argv: ["sh", "-c", "npm test"], cwd: copy }),
    );
    expect(hash({ kind: "edit", paths: ["src/a.ts"] })).toBe(hash({ kind: "edit", paths: [path.join(copy, "src/a.ts")] }));
    const others = [
      hash({ kind: "execute", command: "npm test" }),
      hash({ kind: "execute", command: "npm test x" }),
      hash({ kind: "execute", command: "npm test", cwd: "src" }),
      hash({ kind: "delete", paths: ["src/a.ts"] }),
      hash({ kind: "edit", paths: ["src/a.ts"] }),
      hash({ kind: "move", paths: ["a", "b"] }),
      hash({ kind: "move", paths: ["b", "a"] }),
      hash({ kind: "edit", diff: [{ path: "src/a.ts", oldText: "a", newText: "b" }] }),
      hash({ kind: "edit", diff: [{ path: "src/a.ts", oldText: "a", newText: "c" }] }),
    ];
    expect(new Set(others).size).toBe(others.length);
  });
});
