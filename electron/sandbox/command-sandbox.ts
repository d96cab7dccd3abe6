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

  /** What a person is told of it, whatever the policy: why there can be none, and what the one that there is leaves open. */
  async state(): Promise<{ problem: string | null; gap: string | null }> {
    const look = await this.#look();
    return look.ok ? { problem: null, gap: look.value.gap } : { problem: look.error, gap: null };
  }

  /** Why commands can't be put into one as the policy wants it, as it is by now; null where they can. One that is required must be whole. */
  async problem(): Promise<string | null> {
    const { problem, gap } = await this.state();
    const isRequired = this.#deps.settings().sandbox === "required";
    return problem ?? (isRequired && gap !== null ? `the one here isn't whole (${gap})` : null);
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
