import path from "node:path";

export type Words = { command: string; args: readonly string[] };

/** A command without what only starts it, and the folder that this makes the current one; null: it stays. */
export type Unwrapped = Words & { folder: string | null };

type Wrapper = {
  name: RegExp;
  /** Options whose value is the next word. */
  valued: RegExp;
  /** Words of its own before the command. */
  own: number;
};

/** Programs that start the command that they are given, as coreutils, util-linux and others have them. */
const wrappers: readonly Wrapper[] = [
  { name: /^env$/, valued: /^(-u|--unset|-C|--chdir|-a|--argv0)$/, own: 0 },
  { name: /^g?timeout$/, valued: /^(-k|--kill-after|-s|--signal)$/, own: 1 },
  { name: /^nice$/, valued: /^(-n|--adjustment)$/, own: 0 },
  { name: /^ionice$/, valued: /^(-c|--class|-n|--classdata)$/, own: 0 },
  { name: /^stdbuf$/, valued: /^(-i|--input|-o|--output|-e|--error)$/, own: 0 },
  { name: /^time$/, valued: /^(-f|--format|-o|--output)$/, own: 0 },
  { name: /^(nohup|setsid|chronic|unbuffer)$/, valued: /^$/, own: 0 },
  {
    name: /^xvfb-run$/,
    valued: /^(-e|--error-file|-f|--auth-file|-n|--server-num|-p|--xauth-protocol|-s|--server-args|-w|--wait)$/,
    own: 0,
  },
];

/** Without what only starts it: `env NAME=x npx …`, `timeout 5 npx …`, `cmd /c npx …`. Pure. */
export function unwrapped(words: Words): Unwrapped {
  let now: Unwrapped = { ...words, folder: null };
  for (let inner: Unwrapped | null = now; inner !== null; inner = unwrapOnce(now))
    now = { ...inner, folder: inner.folder ?? now.folder };
  return now;
}

export function programNameOf(command: string): string {
  return path.win32.basename(command).replace(/\.(exe|cmd)$/i, "");
}

function unwrapOnce({ command, args }: Words): Unwrapped | null {
  const name = programNameOf(command);
  if (name === "cmd") {
    const at = args.findIndex((word) => /^\/[ck]$/i.test(word));
    return at !== -1 && args.slice(0, at).every((word) => word.startsWith("/")) ? wordsFrom(args, at + 1, null) : null;
  }
  const wrapper = wrappers.find((one) => one.name.test(name));
  if (!wrapper) return null;
  let folder: string | null = null;
  let own = wrapper.own;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    const split = name === "env" ? splitOption(word, args[at + 1]) : null;
    if (split) return wordsFrom([...split.words, ...args.slice(at + split.taken)], 0, folder);
    if (name === "env" && /^(-C|--chdir)$/.test(word)) folder = args[at + 1] ?? null;
    if (name === "env") folder = /^--chdir=(.*)$/s.exec(word)?.[1] ?? folder;
    if (wrapper.valued.test(word)) at += 1;
    else if (word.startsWith("-") || (name === "env" && /^\w+=/.test(word))) continue;
    else if (own > 0) own -= 1;
    else return wordsFrom(args, at, folder);
  }
  return null;
}

/** `env -S "npx x"`: one word that stands for several. */
function splitOption(word: string, next: string | undefined): { words: string[]; taken: number } | null {
  const joined = /^(?:--split-string=|-[iv0]*S)(.*)$/s.exec(word)?.[1];
  if (joined === undefined && word !== "--split-string") return null;
  const text = joined || (next ?? "");
  return { words: ["env", ...text.split(/\s+/).filter((one) => one !== "")], taken: joined ? 1 : 2 };
}

function wordsFrom(args: readonly string[], at: number, folder: string | null): Unwrapped | null {
  const [command, ...rest] = args.slice(at);
  return command === undefined ? null : { command, args: rest, folder };
}
