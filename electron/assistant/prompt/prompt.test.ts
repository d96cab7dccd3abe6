import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { about } from "../conversation/tokens.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { projectRules } from "./project-rules.ts";
import { isCompact, systemPrompt } from "./system-prompt.ts";
import { userMessage } from "./user-message.ts";

it("leaves the tools their part of the 3,000 tokens, and of the 1,500 for small windows", () => {
  expect(about(systemPrompt(false, []).length)).toBeLessThan(700);
  expect(about(systemPrompt(true, []).length)).toBeLessThan(400);
  expect([isCompact(8_192), isCompact(16_384), isCompact(32_768), isCompact(null)]).toEqual([true, true, false, false]);
});

it("says which skills there are, behind the rules", () => {
  const text = systemPrompt(false, [{ path: "AGENTS.md", text: "Be short." }], "Skills: a");
  expect(text).toMatch(/Be short\.\n<\/rules>\n\nSkills: a$/);
});

it("tells at the end what changed, and nothing that the model knows", () => {
  const now = { mode: "plan", date: "2026-11-30" };
  const words = [{ type: "text" as const, text: "Do it" }];
  expect(userMessage(words, now, {})).toEqual({ role: "user", text: "Do it\n\nmode: plan\ndate: 2026-11-30", told: now });
  expect(userMessage(words, now, now)).toEqual({ role: "user", text: "Do it" });
  expect(userMessage(words, now, { ...now, mode: "ask" }).text).toBe("Do it\n\nmode: plan");
});

it("puts what is attached before the person's words, in fences that it can't leave", () => {
  const selection = { type: "selection" as const, path: "a.ts", startLine: 1, endLine: 2, text: "```\nx" };
  const { text } = userMessage(
    [{ type: "text", text: "Why?" }, selection],
    { mode: "ask", date: "d" },
    { mode: "ask", date: "d" },
  );
  expect(text).toBe("a.ts:1-2\n````\n```\nx\n````\n\nWhy?");
});

it("reads the rules of the working copy and of the folders down to the session's, and of no other place", () => {
  const outside = tempFolder("outside");
  writeFileSync(path.join(outside, "secret.md"), "secret");
  const root = tempFolder("rules");
  mkdirSync(path.join(root, "packages/app"), { recursive: true });
  writeFileSync(path.join(root, "AGENTS.md"), "root rules");
  symlinkSync(path.join(outside, "secret.md"), path.join(root, "CLAUDE.md"));
  writeFileSync(path.join(root, "packages/CLAUDE.md"), "package rules");
  writeFileSync(path.join(root, "packages/app/AGENTS.md"), "app rules");
  expect(projectRules(root, "packages/app", false).map(({ path: file, text }) => `${file}: ${text}`)).toEqual([
    "AGENTS.md: root rules",
    "packages/CLAUDE.md: package rules",
    "packages/app/AGENTS.md: app rules",
  ]);
  expect(projectRules(root, "", false)).toHaveLength(1);
});

it("cuts rules that are long, and says so", () => {
  const root = tempFolder("rules");
  writeFileSync(path.join(root, "AGENTS.md"), "x".repeat(50_000));
  const [rule] = projectRules(root, "", true);
  expect(rule?.text.length).toBeLessThan(4_100);
  expect(rule?.text).toContain("cut here");
});
