import { randomUUID } from "node:crypto";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { SandboxPolicy } from "../../shared/contract/settings.ts";
import type { SandboxAnswer, SandboxRequest } from "../../shared/sandbox-messages.ts";
import { AskedThread } from "../lib/asked-thread.ts";
import { limitsOf, shellCommand } from "./limits.ts";
import { refusedWords } from "./refused-words.ts";

export type CommandSandboxDeps = {
  /** The file of the thread that builds sandboxes. */
  program: string;
  home: string;
  /** Hearth's own folders. */
  own: readonly string[];
  settings: () => { sandbox: SandboxPolicy; sandboxHosts: readonly string[] };
};

const answerMs = 15_000;

/** A command as it is to be started, and what it was refused once it is over; `note` is said ahead of its output. */
export type SandboxedCommand = {
  command: string;
  args: string[];
  note: string | null;
  /** `said`: what it printed. */
  refused: (said: string) => Promise<string[]>;
};

/** Puts commands that agents run through Hearth into a sandbox of the operating system, as the person's policy says. */
export class CommandSandbox {
  readonly #deps: CommandSandboxDeps;
  /** It builds the sandboxes. */
  readonly #thread: AskedThread<SandboxRequest, SandboxAnswer>;
  /** What was found; a look takes a tenth of a second. */
  #found: { gap: string | null } | null = null;

  constructor(deps: CommandSandboxDeps) {
    this.#deps = deps;
    this.#thread = new AskedThread({ program: deps.program, name: "sandbox", answerMs, endsLate: false });
  }

  /** Why there can be no sandbox on this machine, as it is by now; null where there can. One that is required must be whole. */
  async problem(): Promise<string | null> {
    const look = await this.#look();
    if (!look.ok) return look.error;
    const isRequired = this.#deps.settings().sandbox === "required";
    return isRequired && look.value.gap !== null ? `the one here isn't whole (${look.value.gap})` : null;
  }

  async #look(): Promise<Result<{ gap: string | null }, string>> {
    if (this.#found) return ok(this.#found);
    const answer = await this.#thread.ask({ type: "check" });
    if (answer.type !== "checked") return fail(unexpected(answer));
    if (answer.problem !== null) return fail(answer.problem);
    this.#found = { gap: answer.gap };
    return ok(this.#found);
  }

  /** `root`: the working copy. Fails where a sandbox is required and can't be had. */
  async wrap(argv: readonly string[], place: { root: string; cwd: string }): Promise<Result<SandboxedCommand, string>> {
    const { sandbox: policy, sandboxHosts: hosts } = this.#deps.settings();
    const [command = "", ...args] = argv;
    const bare = { command, args, refused: async () => [] };
    if (policy === "off") return ok({ ...bare, note: null });
    const problem = await this.problem();
    if (problem !== null) return policy === "required" ? fail(problem) : ok({ ...bare, note: `No sandbox: ${problem}` });
    const { home, own } = this.#deps;
    const limits = limitsOf({ root: place.root, home, own, hosts });
    const key = randomUUID();
    const answer = await this.#thread.ask({ type: "wrap", key, command: shellCommand(argv), cwd: place.cwd, ...limits });
    if (answer.type !== "wrapped") return fail(unexpected(answer));
    const [program = "", ...words] = answer.argv;
    return ok({
      command: program,
      args: words,
      note: this.#found?.gap ? `The sandbox isn't whole: ${this.#found.gap}` : null,
      refused: async (said) => {
        const told = await this.#thread.ask({ type: "refused", key });
        return refusedWords(told.type === "refused" ? told.lines : [], limits.hidden, `${argv.join(" ")}\n${said}`, home);
      },
    });
  }

  async dispose(): Promise<void> {
    await this.#thread.dispose();
  }
}

function unexpected(answer: SandboxAnswer): string {
  return answer.type === "failed" ? answer.message : "The sandbox answered something else";
}
