import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTerminalBench, type TerminalBench } from "../../testing/terminal-bench.ts";
import { until } from "../../testing/until.ts";

let bench: TerminalBench;

beforeEach(() => void (bench = createTerminalBench()));
afterEach(() => bench.close());

const shells = [
  { name: "bash", rc: ".bash_profile", text: "PS1='ready> '\nexport OWN=read\nPROMPT_COMMAND='own=$?'\n" },
  { name: "zsh", rc: ".zshrc", text: "PS1='ready> '\nexport OWN=read\nprecmd() { own=$? }\n" },
  { name: "fish", rc: ".config/fish/config.fish", text: "function fish_prompt; echo 'ready> '; end\nset -gx OWN read\n" },
];

describe("a shell tells of its commands", () => {
  for (const { name, rc, text } of shells) {
    const program = `/usr/bin/${name}`;
    it.skipIf(!existsSync(program))(`${name}, and reads the person's own files`, async () => {
      const file = path.join(bench.dir, rc);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      if (name === "zsh") writeFileSync(path.join(bench.dir, ".zshenv"), "export OWN_ENV=env\n");
      bench.deps.shell = () => program;
      const terminal = await bench.open();
      const window = bench.watch(terminal.id);
      await window.shows("ready>");
      const line = async (typed: string, shows: string): Promise<void> => {
        bench.service.write(terminal.id, `${typed}\r`);
        await window.shows(shows);
      };
      await line('echo "$OWN-$OWN_ENV-o"k', name === "zsh" ? "read-env-ok" : "read--ok");
      await line("sh -c 'exit 7'", "\u001b]133;D;7\u0007");
      if (name !== "fish") await line("echo own=$own", "own=7");
      await line("env; echo en''d", "end");
      expect(window.text()).not.toMatch(/^(?:HEARTH_|ENV=|ZDOTDIR=|XDG_DATA_DIRS=)/m);
      await until(async () => {
        const later = bench.watch(terminal.id);
        await until(() => later.seen.length > 0, "the screen");
        const [shown] = later.seen;
        await later.detach();
        if (shown?.type !== "replay") return false;
        const codes = shown.marks.filter(({ state }) => state === "ended").map(({ exitCode }) => exitCode);
        return codes.length >= 3 && codes[0] === 0 && codes[1] === 7 && codes.at(-1) === 0;
      }, "the marks with the screen");
    });
  }

  it("or doesn't, where the person doesn't want it", async () => {
    bench.deps.shellMarks = () => false;
    const terminal = await bench.open();
    const window = bench.watch(terminal.id);
    bench.service.write(terminal.id, "echo do''ne; env\r");
    await window.shows("done");
    expect(window.text()).not.toContain("\u001b]133;");
  });

  it("bash keeps its history, its options and its login", async () => {
    bench.deps.shellEnv = () => Promise.resolve({ HOME: bench.dir, PATH: "/usr/bin:/bin", SHELL: "/bin/bash", ENV: "mine" });
    const terminal = await bench.open();
    const window = bench.watch(terminal.id);
    bench.service.write(terminal.id, "shopt -q login_shell && echo lo''gin $HISTFILE $ENV; shopt -o posix; env\r");
    await window.shows(`login ${bench.dir}/.bash_history mine`);
    await until(() => /^posix\s+off/m.test(window.text()), "the options");
    expect(window.text()).not.toMatch(/^HISTFILE=/m);
  });
});
