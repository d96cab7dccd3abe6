/**
 * An agent's own program on a terminal, as tests have it: `node fake-tui.ts …`. Each line typed is an order. It tells of
 * itself by the terminal alone, or by the hooks in its settings, as Claude Code runs them: `hook EVENT PAYLOAD`.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

type Settings = { hooks?: Record<string, { hooks: { command: string }[] }[]> };

const out = (text: string): void => void process.stdout.write(text);

out(`fake tui ${JSON.stringify(process.argv.slice(2))} in ${process.cwd()}\r\n`);

const orders: Record<string, (rest: string) => void> = {
  title: (rest) => out(`\u001b]0;${rest}\u0007`),
  notify: (rest) => out(`\u001b]9;${rest}\u0007`),
  progress: (rest) => out(`\u001b]9;4;${rest}\u0007`),
  bell: () => out("\u0007"),
  env: (rest) => writeFileSync(rest, JSON.stringify(process.env)),
  write: (rest) => {
    const [file = "", ...words] = rest.split(" ");
    writeFileSync(file, `${words.join(" ")}\n`);
  },
  hook: (rest) => {
    const [event = "", ...payload] = rest.split(" ");
    const settings = JSON.parse(readFileSync(`${process.env["HOME"]}/.claude/settings.json`, "utf8")) as Settings;
    for (const { hooks } of settings.hooks?.[event] ?? [])
      for (const { command } of hooks) spawnSync("/bin/sh", ["-c", command], { input: payload.join(" ") });
  },
  exit: (rest) => process.exit(Number(rest)),
};

let typed = "";
process.stdin.on("data", (chunk: Buffer) => {
  typed += chunk.toString();
  for (let end = typed.search(/[\r\n]/); end !== -1; end = typed.search(/[\r\n]/)) {
    const line = typed.slice(0, end);
    typed = typed.slice(end + 1);
    const [order = "", ...rest] = line.split(" ");
    orders[order]?.(rest.join(" "));
    out(`did ${order}\r\n`);
  }
});
