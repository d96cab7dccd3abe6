import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AgentHook } from "../../../shared/contract/agent-hooks.ts";
import { openAgentKit, type AgentKit } from "../../testing/agent-kit.ts";
import { value } from "../../testing/value-of.ts";

let kit: AgentKit;
let settings: string;
/** Where the core is cut off, as by a crash. */
let cutAt: string | null;

const failpoint = (label: string): void => {
  if (label === cutAt) throw new Error("cut off");
};
let dir: string;
const open = (): void => void (kit = openAgentKit({ failpoint, dir }));
const view = (): Promise<AgentHook> => value(kit.agents.tuis.hooks.view("claude"));
const add = async (): Promise<AgentHook> => value(kit.agents.tuis.hooks.add("claude", (await view()).hash));
const remove = async (): Promise<AgentHook> => value(kit.agents.tuis.hooks.remove("claude", (await view()).hash));
const text = (): string => readFileSync(settings, "utf8");
const have = (content: string, mode = 0o644): void => {
  mkdirSync(path.dirname(settings), { recursive: true });
  writeFileSync(settings, content, { mode });
};

beforeEach(() => {
  cutAt = null;
  dir = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-hooks-")));
  settings = path.join(dir, "home/.claude/settings.json");
  open();
});
afterEach(async () => {
  await kit.dispose();
  rmSync(dir, { recursive: true, force: true });
});

describe("a notify hook in the person's settings", () => {
  it("is put in only as it was shown, and taken out to the byte, with the file's permissions", async () => {
    have('{ "model":   "opus" }', 0o640);
    const shown = await view();
    expect(shown.patch.match(/HEARTH_NOTIFY_DIR/g)?.length).toBe(14);
    have('{ "model":   "sonnet" }', 0o640);
    expect(await kit.agents.tuis.hooks.add("claude", shown.hash)).toMatchObject({
      error: { code: "AGENT_HOOK_FAILED", field: "hash" },
    });
    expect(text()).toBe('{ "model":   "sonnet" }');
    expect(await add()).toMatchObject({ isOn: true, problem: null });
    expect(statSync(settings).mode & 0o777).toBe(0o640);
    expect(await kit.agents.tuis.hooks.add("claude", (await view()).hash)).toMatchObject({
      error: { code: "AGENT_HOOK_FAILED" },
    });
    expect(await remove()).toMatchObject({ isOn: false });
    expect(text()).toBe('{ "model":   "sonnet" }');
    expect(statSync(settings).mode & 0o777).toBe(0o640);
  });

  it("where there was no file, there is none afterwards, nor the folder that was made for it", async () => {
    await add();
    expect(Object.keys(JSON.parse(text()) as object)).toEqual(["hooks"]);
    await remove();
    expect(existsSync(path.dirname(settings))).toBe(false);
    await add();
    writeFileSync(path.join(path.dirname(settings), "other"), "mine");
    await remove();
    expect(existsSync(settings)).toBe(false);
    expect(existsSync(path.dirname(settings))).toBe(true);
  });

  it("a link of the person's stays one, and what it leads to is put back", async () => {
    const kept = path.join(dir, "dotfiles.json");
    writeFileSync(kept, "{}\n");
    mkdirSync(path.dirname(settings), { recursive: true });
    symlinkSync(kept, settings);
    await add();
    expect(lstatSync(settings).isSymbolicLink()).toBe(true);
    expect(readFileSync(kept, "utf8")).toContain("HEARTH_NOTIFY_DIR");
    await remove();
    expect(readFileSync(kept, "utf8")).toBe("{}\n");
  });

  it.each(["hook.recorded", "hook.written", "hook.removed"])(
    "after a crash at %s it can be put in and taken out as ever",
    async (label) => {
      const before = '{\n\t"model": "opus",\n\t"list": [1,2]\n}\n';
      have(before);
      if (label === "hook.removed") await add();
      cutAt = label;
      const cut = (await view()).isOn
        ? kit.agents.tuis.hooks.remove("claude", (await view()).hash)
        : kit.agents.tuis.hooks.add("claude", (await view()).hash);
      expect(await cut).toMatchObject({ error: { code: "AGENT_HOOK_FAILED" } });
      cutAt = null;
      await kit.dispose();
      open();
      expect((await view()).isOn).toBe(label === "hook.written");
      if (!(await view()).isOn) await add();
      await remove();
      expect(text()).toBe(before);
    },
  );

  it("goes without what the person wrote meanwhile, also after a restart", async () => {
    have('{\n  "model": "opus"\n}\n');
    await add();
    writeFileSync(settings, text().replace('"opus"', '"sonnet"'));
    await remove();
    expect(text()).toBe('{\n  "model": "sonnet"\n}\n');
  });

  it("says why it can't be put in, and leaves the file alone", async () => {
    have("{ not json");
    expect(await view()).toMatchObject({
      isOn: false,
      problem: `${settings} can't be changed: it isn't a JSON object (line 1).`,
    });
    expect(await kit.agents.tuis.hooks.add("claude", (await view()).hash)).toMatchObject({
      error: { code: "AGENT_HOOK_FAILED" },
    });
    expect(text()).toBe("{ not json");
    expect(await kit.agents.tuis.hooks.view("nobody")).toMatchObject({ error: { code: "AGENT_NOT_FOUND" } });
    expect(await kit.agents.tuis.hooks.view("practice")).toMatchObject({ error: { code: "AGENT_HOOK_FAILED" } });
  });
});
