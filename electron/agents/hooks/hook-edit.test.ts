import { describe, expect, it } from "vitest";
import type { Result } from "../../../shared/result.ts";
import { hookEdit, patchOf, type FileText } from "./hook-edit.ts";
import { hookOf, type HookRecipe } from "./recipes.ts";

function valueOf<T>(result: Result<T, string>): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
const recipe = (agentId: string): HookRecipe => {
  const found = hookOf(agentId);
  if (!found) throw new Error(`No hook of ${agentId}`);
  return found;
};
const claude = hookEdit("claude", recipe("claude"));
const codex = hookEdit("codex", recipe("codex"));
const opencode = hookEdit("opencode", recipe("opencode"));

const events = [
  ...["Notification", "PermissionRequest", "PostToolUse", "SessionStart", "Stop", "StopFailure", "UserPromptSubmit"],
];

const settings = {
  none: null,
  empty: "",
  braces: "{}",
  plain: '{\n  "model": "opus"\n}\n',
  tabs: '{\n\t"model": "opus",\n\t"env": {\n\t\t"A": "b"\n\t}\n}',
  windows: '{\r\n    "model": "opus"\r\n}\r\n',
  oneLine: '{"model":"opus","hooks":{"Stop":[{"hooks":[{"type":"command","command":"say done"}]}]}}',
  hooks: '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [{ "type": "command", "command": "say done" }] }\n    ]\n  }\n}\n',
  emptyHooks: '{\n  "hooks": {}\n}\n',
} satisfies Record<string, FileText>;

describe("a hook in settings of JSON", () => {
  it("leaves a comment of the person's where nothing else stands, also when something was added since", () => {
    const before = "{\n  // Mine, not yet\n}\n";
    const after = valueOf(claude.add(before));
    expect(after).toContain("  // Mine, not yet\n");
    expect(valueOf(claude.remove(after, { before, after }))).toBe(before);
    const removed = valueOf(claude.remove(`${after}\n`, null));
    expect([claude.has(removed), removed?.includes("// Mine, not yet")]).toEqual([false, true]);
  });

  it.each([
    '{\n  "hooks": {\n    "Stop": [\n      {} // mine\n    ]\n  }\n}\n',
    '{\n  "hooks": {\n    "Stop": [\n      {}, // mine\n    ], // too\n  },\n  // more\n}\n',
    '{"hooks": {"Stop": [{} // mine\n] // too\n}}',
  ])("goes in and out of %j, whose last hook is followed by a comment", (before) => {
    const after = valueOf(claude.add(before));
    expect(claude.has(after)).toBe(true);
    expect(valueOf(claude.remove(after, { before, after }))).toBe(before);
    // Somebody wrote in it meanwhile, or the record is lost.
    for (const known of [{ before, after }, null]) expect(valueOf(claude.remove(`${after}\n`, known))).toBe(`${before}\n`);
  });

  it.each(Object.entries(settings))("of %s is there once it is put in, and taken out to the byte", (_, before) => {
    const after = valueOf(claude.add(before));
    expect(claude.has(before)).toBe(false);
    expect(claude.has(after)).toBe(true);
    const hooks = (JSON.parse(after) as { hooks: Record<string, { hooks: { command: string }[] }[]> }).hooks;
    expect(Object.keys(hooks).toSorted()).toEqual(events);
    expect(hooks["Stop"]?.at(-1)?.hooks[0]?.command).toContain("claude.Stop.json");
    expect(valueOf(claude.remove(after, { before, after }))).toBe(before);
  });

  it.each([
    [
      "before",
      (text: string) => text.replace("{", '{\n  "theme": "dark",'),
      (text: string) => text.replace("{", '{\n  "theme": "dark",'),
    ],
    [
      "behind",
      (text: string) => text.replace(/\n\}\n$/, ',\n  "theme": "dark"\n}\n'),
      (text: string) => text.replace(/\n\}\n$/, ',\n  "theme": "dark"\n}\n'),
    ],
    ["inside", (text: string) => text.replace('"opus"', '"sonnet"'), (text: string) => text.replace('"opus"', '"sonnet"')],
  ])("only our lines go where the person wrote something %s meanwhile", (_, edit, expected) => {
    const before = settings.plain;
    const after = valueOf(claude.add(before));
    const left = valueOf(claude.remove(edit(after), { before, after })) ?? "";
    expect(JSON.parse(left)).toEqual(JSON.parse(expected(before)));
    expect(claude.has(left)).toBe(false);
    expect(left).toBe(expected(before));
  });

  it("the person's own hooks stay, also beside ours in one group, and in another format", () => {
    const after = valueOf(claude.add(settings.hooks));
    const mixed = JSON.parse(after) as { hooks: Record<string, { hooks: unknown[] }[]> };
    mixed.hooks["PostToolUse"]?.[0]?.hooks.push({ type: "command", command: "mine" });
    const left = valueOf(claude.remove(JSON.stringify(mixed), { before: settings.hooks, after }));
    expect(JSON.parse(left ?? "")).toEqual({
      hooks: {
        Stop: [{ hooks: [{ type: "command", command: "say done" }] }],
        PostToolUse: [{ hooks: [{ type: "command", command: "mine" }] }],
      },
    });
  });

  it("is found and taken out without a record of what was before", () => {
    const after = valueOf(claude.add(settings.plain));
    const left = valueOf(claude.remove(after, null));
    expect(JSON.parse(left ?? "")).toEqual({ model: "opus", hooks: {} });
  });

  it.each([
    ["{ half", /isn't a JSON object \(line 1\)/],
    ["[]", /isn't a JSON object/],
    ['{"hooks": []}', /"hooks" isn't an object/],
  ])("%j is left alone, with the reason", (text, reason) => {
    const added = claude.add(text);
    expect(added).toMatchObject({ ok: false });
    expect(added.ok ? "" : added.error).toMatch(reason);
  });

  it("the change is shown as lines", () => {
    const patch = patchOf(settings.plain, valueOf(claude.add(settings.plain)));
    expect(patch).toMatch(/^@@ -1,3 \+1,/);
    expect(patch.match(/^\+.*HEARTH_NOTIFY_DIR/gm)).toHaveLength(events.length);
    expect(patch.match(/^-/gm)).toEqual(["-"]);
    expect(patchOf(settings.plain, settings.plain)).toBe("");
  });
});

describe("a hook in settings of TOML", () => {
  it.each([null, "", 'model = "o"\n\n[tui]\nnotify = true\n', 'model = "o"\r\n'])("of %j is taken out to the byte", (before) => {
    const after = valueOf(codex.add(before));
    expect(after.split("\n")[0]).toMatch(/^notify = \["\/bin\/sh", "-c", ".*codex\.agent-turn-complete\.json/);
    expect(codex.has(after)).toBe(true);
    expect(valueOf(codex.remove(after, { before, after }))).toBe(before);
    const edited = `# mine\n${after}x = 1\n`;
    expect(valueOf(codex.remove(edited, { before, after }))).toBe(`# mine\n${before ?? ""}x = 1\n`);
  });

  it("leaves a program alone that the person has there already", () => {
    expect(codex.add('notify = ["say"]\n[tui]\n')).toMatchObject({
      ok: false,
      error: expect.stringMatching("there can be one only") as string,
    });
  });
});

describe("a hook that is a file of its own", () => {
  it("goes as a whole, unless somebody changed it", () => {
    const own = valueOf(opencode.add(null));
    expect(own).toContain('"session.idle"');
    expect(valueOf(opencode.remove(own, null))).toBeNull();
    const changed = `${own}// mine\n`;
    expect(opencode.has(changed)).toBe(true);
    expect(opencode.remove(changed, { before: null, after: own })).toMatchObject({ ok: false });
    // As an earlier version of Hearth put it there.
    expect(valueOf(opencode.remove(changed, { before: null, after: changed }))).toBeNull();
    expect(opencode.has("mine")).toBe(false);
    expect(opencode.add("mine")).toMatchObject({ ok: false, error: "there is a file of that name already" });
  });
});
