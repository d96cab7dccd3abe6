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
  /** One was found; a look takes a tenth of a second. */
  #found = false;

  constructor(deps: CommandSandboxDeps) {
    this.#deps = deps;
    this.#thread = new AskedThread({ program: deps.program, name: "sandbox", answerMs, endsLate: false });
  }

  /** Why there can be no sandbox on this machine, as it is by now; null where there can. */
  async problem(): Promise<string | null> {
    if (this.#found) return null;
    const answer = await this.#thread.ask({ type: "check" });
    if (answer.type === "checked") {
      this.#found = answer.problem === null;
      return answer.problem;
    }
    return answer.type === "failed" ? answer.message : "The sandbox answered something else";
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
    if (answer.type !== "wrapped") return fail(answer.type === "failed" ? answer.message : "The sandbox answered something else");
    const [program = "", ...words] = answer.argv;
    return ok({
      command: program,
      args: words,
      note: null,
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
