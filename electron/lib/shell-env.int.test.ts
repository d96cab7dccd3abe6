import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LoginShell, parseEnvironment, withoutSwitches } from "./shell-env.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), "hearth-shell-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const host = (more: Record<string, string> = {}): Record<string, string> => ({
  HOME: home,
  SHELL: "/bin/bash",
  PATH: "/usr/bin:/bin",
  ...more,
});

it("reads what the start-up files set, junk and line feeds notwithstanding", async () => {
  writeFileSync(
    path.join(home, ".bash_profile"),
    'echo "Welcome! PATH=/trap"\nexport PATH="$HOME/.tools:$PATH"\nexport TWO_LINES="a\nb=c"\nprintf "junk\\0more"\n',
  );
  const read = await new LoginShell(host({ HEARTH_X: "1", NODE_OPTIONS: "--x" })).get();
  expect(read).toMatchObject({ source: "shell", problem: null });
  expect(read.env["PATH"]?.startsWith(`${home}/.tools:`)).toBe(true);
  expect(read.env["TWO_LINES"]).toBe("a\nb=c");
  expect(read.env).not.toHaveProperty("HEARTH_X");
  expect(read.env).not.toHaveProperty("NODE_OPTIONS");
  expect(read.env).not.toHaveProperty("SHLVL");
});

it("R40 a start-up file that hangs: the host's environment after five seconds, and it says so; the loop stays free", async () => {
  writeFileSync(path.join(home, ".bash_profile"), "sleep 1000\n");
  const reader = new LoginShell(host());
  const reading = reader.get();
  expect(reader.known()).toBeNull();
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), 10);
  const read = await reading;
  clearInterval(ticking);
  expect(read).toMatchObject({ source: "fallback", problem: expect.stringContaining("no answer in 5 s") });
  expect(read.env["PATH"]).toBe("/usr/bin:/bin");
  expect(ticks).toBeGreaterThan(10);
  expect(reader.known()).toBe(read);
});

it("R40 a shell that isn't there, or prints no environment, is no obstacle", async () => {
  expect(await new LoginShell(host({ SHELL: "/nowhere/zsh" })).get()).toMatchObject({ source: "fallback" });
  expect(await new LoginShell(host({ SHELL: "/bin/false" })).get()).toMatchObject({ source: "fallback" });
});

it("asks once for all who ask, and again on refresh", async () => {
  const reader = new LoginShell(host());
  const [first, second] = await Promise.all([reader.get(), reader.get()]);
  expect(second).toBe(first);
  writeFileSync(path.join(home, ".bash_profile"), "export LATER=1\n");
  expect((await reader.get()).env).not.toHaveProperty("LATER");
  expect((await reader.refresh()).env["LATER"]).toBe("1");
});

it("takes nothing for an environment that doesn't stand between its marks", () => {
  expect(parseEnvironment("A=1\0B=2\0")).toBeNull();
  expect(parseEnvironment("--hearth-environment--\0A=1\0")).toBeNull();
});

it("S89 drops the switches of Electron, Node, packages and our own", () => {
  const env = {
    ELECTRON_RUN_AS_NODE: "1",
    NODE_OPTIONS: "x",
    HEARTH_TOKEN: "x",
    APPIMAGE: "x",
    ARGV0: "x",
    npm_config_x: "x",
    HOME: "/h",
    UNDEFINED: undefined,
  };
  expect(withoutSwitches(env)).toEqual({ HOME: "/h" });
});
