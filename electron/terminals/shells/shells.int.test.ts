import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTerminalBench, type TerminalBench } from "../../testing/terminal-bench.ts";
import { until } from "../../testing/until.ts";
import { shellScripts } from "./scripts.ts";

let bench: TerminalBench;

beforeEach(() => void (bench = createTerminalBench()));
afterEach(() => bench.close());

/** A terminal at its first prompt; `line` types one and waits for what it leads to. */
async function openShell() {
  const terminal = await bench.open();
  const window = bench.watch(terminal.id);
  await window.shows("ready>");
  const line = async (typed: string, shows: string): Promise<void> => {
    bench.service.write(terminal.id, `${typed}\r`);
    await window.shows(shows);
  };
  return { terminal, window, line };
}

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
      const { terminal, window, line } = await openShell();
      await line('echo "$OWN-$OWN_ENV-o"k', name === "zsh" ? "read-env-ok" : "read--ok");
      await line("sh -c 'exit 7'", "\u001b]133;D;7\u0007");
      if (name !== "fish") await line("echo own=$own", "own=7");
      const deep = path.join(bench.dir, "a b%41é");
      mkdirSync(deep);
      await line("cd a*41*; echo mo''ved", "moved");
      await line("env; echo en''d", "end");
      expect(window.text()).not.toMatch(/^(?:HEARTH_|ENV=|ZDOTDIR=|XDG_DATA_DIRS=)/m);
      await until(async () => {
        const later = bench.watch(terminal.id);
        await until(() => later.seen.length > 0, "the screen");
        const [shown] = later.seen;
        await later.detach();
        if (shown?.type !== "replay") return false;
        const codes = shown.marks.filter(({ state }) => state === "ended").map(({ exitCode }) => exitCode);
        if (shown.marks.at(-1)?.cwd !== deep || shown.marks[0]?.cwd !== bench.dir) return false;
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

  const prompts = [
    { form: "not exported", set: "" },
    { form: "exported", set: "export PROMPT_COMMAND\n" },
    { form: "an array", set: "PROMPT_COMMAND+=(true)\n" },
  ];
  for (const { form, set } of prompts)
    it(`bash's PROMPT_COMMAND, ${form}, sees what the last command left, and a bash below says nothing of ours`, async () => {
      const own = `PROMPT_COMMAND='last="$? \${PIPESTATUS[*]}"'\n`;
      writeFileSync(path.join(bench.dir, ".bash_profile"), `PS1='ready> '\n${own}${set}`);
      const { terminal, window, line } = await openShell();
      await line("true | false | true", "\u001b]133;A\u0007");
      await line('echo "was<$last>"', "was<0 0 1 0>");
      await line("true | (exit 5)", "\u001b]133;D;5\u0007");
      await line('echo "was<$last>"', "was<5 0 5>");
      await line("bash --norc -i", "bash-");
      const from = window.text().length;
      bench.service.write(terminal.id, "true | (exit 6)\r");
      bench.service.write(terminal.id, 'echo "be""low<$last>"\r');
      await window.shows(form === "exported" ? "below<6" : "below<>");
      expect(window.text().slice(from)).not.toMatch(/__hearth|unbound/);
    });

  it.skipIf(!existsSync("/usr/bin/fish"))("fish keeps what the person's conf.d adds to XDG_DATA_DIRS", async () => {
    const conf = path.join(bench.dir, ".config/fish/conf.d");
    mkdirSync(conf, { recursive: true });
    writeFileSync(path.join(conf, "nix.fish"), 'set -gx XDG_DATA_DIRS "$XDG_DATA_DIRS:/nix/share"\n');
    bench.deps.shell = () => "/usr/bin/fish";
    const terminal = await bench.open();
    const window = bench.watch(terminal.id);
    bench.service.write(terminal.id, 'env | string match -r "^(?:XDG_DATA|HEARTH).*"; echo do""ne\r');
    await window.shows("done");
    expect(window.text()).toContain("XDG_DATA_DIRS=/usr/local/share:/usr/share:/nix/share");
    expect(window.text()).not.toContain("HEARTH_");
  });

  it.skipIf(!existsSync("/usr/bin/zsh"))("zsh goes where the system's zshenv says, and where the person's own does", () => {
    const at = (name: string, text: string): string => {
      const file = path.join(bench.dir, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    };
    const system = at("etc/zshenv", "export ZDOTDIR=${ZDOTDIR:-$HOME/.config/zsh}\n");
    at("hearth/.zshenv", shellScripts["zsh/.zshenv"].replaceAll("/etc/zsh/zshenv", system));
    at(".config/zsh/.zshrc", "echo read=system\n");
    at("own/.zshrc", "echo read=own\n");
    const env = { HOME: bench.dir, PATH: "/usr/bin:/bin", ZDOTDIR: path.join(bench.dir, "hearth") };
    const says = (): string => execFileSync("/usr/bin/zsh", ["-i", "-c", "true"], { env, encoding: "utf8" });
    expect(says()).toContain("read=system");
    at(".config/zsh/.zshenv", "export ZDOTDIR=$HOME/own\n");
    expect(says()).toContain("read=own");
  });

  it("the scripts are left as they are while they are right, and replaced whole", async () => {
    await bench.open();
    const file = path.join(bench.deps.shellFolder, "hearth.bash");
    const first = statSync(file);
    await bench.open();
    expect(statSync(file)).toMatchObject({ ino: first.ino, mtimeMs: first.mtimeMs });
    writeFileSync(file, "an earlier version's");
    await bench.open();
    expect(statSync(file).ino).not.toBe(first.ino);
    expect(statSync(file).size).toBe(first.size);
  });
});
