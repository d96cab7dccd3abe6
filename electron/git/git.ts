import { StringDecoder } from "node:string_decoder";
import { ok, fail, type Result } from "../../shared/result.ts";
import { maskCredentials } from "../lib/mask-secrets.ts";
import { runToEnd, startChild, type Child } from "../lib/process.ts";

/**
 * The one door to the git program. No shell, no optional locks, no prompts, nothing inherited that redirects git
 * (GIT_DIR and friends), nothing of the repository's configuration that runs programs on reads.
 */
export type GitFailure = {
  type: "git-missing" | "timeout" | "cancelled" | "output-too-large" | "exit";
  message: string;
  exitCode: number | null;
  stderr: string;
};

export type GitCall = {
  cwd: string;
  /** Added to git's environment; for GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE of our own stores. */
  env?: Record<string, string>;
  input?: Uint8Array | string;
  /** 30 s unless told; null: as long as it takes. */
  timeoutMs?: number | null;
  /** What it prints, in whole lines, as it is printed. */
  onOutput?: (text: string) => void;
  /** 64 MB unless told. */
  maxBytes?: number;
  signal?: AbortSignal;
  /**
   * As the user would run it: their whole configuration with hooks, filters and signing. Only for what they commanded
   * themselves in a project they trust. It can't ask anything: no terminal, no editor.
   */
  asUser?: boolean;
  /** Exit codes that are answers and not failures; 0 unless told. */
  exitCodes?: readonly number[];
};

export type GitOutput = { stdout: Buffer; stderr: string; exitCode: number };

export type Git = {
  /** Runs git. Paths and refs from outside must come after `--` or `--end-of-options`, put there by the caller. */
  run(args: readonly string[], call: GitCall): Promise<Result<GitOutput, GitFailure>>;
  /** A git that answers until whoever started it stops it. */
  start(args: readonly string[], call: Pick<GitCall, "cwd" | "env">): Promise<Result<Child, GitFailure>>;
};

/** Neutralises what a repository's configuration would run; attributes' filters are handled by our stores (see snapshots). */
const safeConfig = [
  "core.quotePath=false",
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.pager=cat",
  "core.sshCommand=false",
  "core.askPass=",
  "credential.helper=",
  "diff.external=",
  "gc.auto=0",
  "maintenance.auto=false",
  "protocol.allow=never",
  "protocol.file.allow=never",
  "safe.bareRepository=explicit",
  "submodule.recurse=false",
  "uploadpack.packObjectsHook=",
  "commit.gpgSign=false",
  "tag.gpgSign=false",
  "log.showSignature=false",
].flatMap((setting) => ["-c", setting]);

const closing = { type: "cancelled", message: "Hearth is closing" } as const;

/** Owns the git processes it started until `close`, which lets them come to their end for a while and then stops them. */
export class GitProgram implements Git {
  readonly #program: string;
  readonly #base: Record<string, string>;
  readonly #asUser: Record<string, string>;
  readonly #running = new Set<Promise<unknown>>();
  readonly #answering = new Set<Child>();
  readonly #closing = new AbortController();
  #closed = false;

  constructor({ program, env }: { program: string; env: Record<string, string> }) {
    this.#program = program;
    this.#base = cleanEnvironment(env);
    this.#asUser = userEnvironment(env);
  }

  async run(args: readonly string[], call: GitCall): Promise<Result<GitOutput, GitFailure>> {
    const { signal: stopping } = this.#closing;
    const printed = call.onOutput && new PrintedLines(call.onOutput);
    const finished = await this.#start({
      command: this.#program,
      args: call.asUser ? ["--no-pager", ...args] : ["--no-pager", "--no-optional-locks", ...safeConfig, ...args],
      cwd: call.cwd,
      env: { ...(call.asUser ? this.#asUser : this.#base), ...call.env },
      ...(call.input === undefined ? {} : { input: call.input }),
      timeoutMs: call.timeoutMs === undefined ? 30_000 : call.timeoutMs,
      maxBytes: call.maxBytes ?? 64 * 1024 * 1024,
      signal: call.signal ? AbortSignal.any([call.signal, stopping]) : stopping,
      ...(printed ? { onOutput: (chunk: Buffer) => printed.add(chunk) } : {}),
    });
    printed?.end();
    if (!finished.ok) return fail(gitFailure(finished.error));
    const { code, stdout } = finished.value;
    const stderr = maskCredentials(finished.value.stderr.toString("utf8"));
    if (code === null || !(call.exitCodes ?? [0]).includes(code))
      return fail({ type: "exit", message: firstLine(stderr) || `git ended with ${code}`, exitCode: code, stderr });
    return ok({ stdout, stderr, exitCode: code });
  }

  async start(args: readonly string[], call: Pick<GitCall, "cwd" | "env">): Promise<Result<Child, GitFailure>> {
    if (this.#closed) return fail(gitFailure(closing));
    const started = await startChild({
      command: this.#program,
      args: ["--no-pager", "--no-optional-locks", ...safeConfig, ...args],
      cwd: call.cwd,
      env: { ...this.#base, ...call.env },
      signal: this.#closing.signal,
    });
    if (!started.ok) return fail(gitFailure(started.error));
    const child = started.value;
    this.#answering.add(child);
    void child.exited.then(() => this.#answering.delete(child));
    return ok(child);
  }

  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    const timer = setTimeout(() => this.#closing.abort(), graceMs);
    await Promise.allSettled(this.#running);
    clearTimeout(timer);
    await Promise.all([...this.#answering].map((child) => child.stop(0)));
  }

  #start(...[run]: Parameters<typeof runToEnd>): ReturnType<typeof runToEnd> {
    if (this.#closed) return Promise.resolve(fail(closing));
    const work = runToEnd(run).finally(() => this.#running.delete(work));
    this.#running.add(work);
    return work;
  }
}

function gitFailure(error: { type: string; message: string }): GitFailure {
  const type =
    error.type === "timeout" || error.type === "cancelled" || error.type === "output-too-large" ? error.type : "git-missing";
  return { type, message: error.message, exitCode: null, stderr: "" };
}

/** Where the person's own settings are, if they aren't in the usual places. */
const settingsPlaces = new Set(["GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_ATTR_NOSYSTEM"]);

/** What would point git at another repository, or ask in its own window, isn't passed on. */
export function withoutGitNames(env: Record<string, string>): Record<string, string> {
  const isKept = (name: string): boolean => (!name.startsWith("GIT_") || settingsPlaces.has(name)) && name !== "SSH_ASKPASS";
  return Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)));
}

/** Hooks inherit it, so nothing is in it that would change what their own git commands mean. */
function userEnvironment(env: Record<string, string>): Record<string, string> {
  return { ...withoutGitNames(env), GIT_TERMINAL_PROMPT: "0", GIT_EDITOR: ":", GIT_SEQUENCE_EDITOR: ":", GIT_PAGER: "cat" };
}

/**
 * Git takes and gives back the room for compressing with every content it stores, and by its defaults glibc hands that to
 * the system and back each time: half of all the work where contents are small. Others don't know these names.
 */
const keptMemory = { MALLOC_TRIM_THRESHOLD_: "16777216", MALLOC_TOP_PAD_: "1048576", MALLOC_MMAP_THRESHOLD_: "1048576" };

/** The environment without what points git at another repository or makes it run programs or ask. */
export function cleanEnvironment(env: Record<string, string>): Record<string, string> {
  return {
    ...withoutGitNames(env),
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_LITERAL_PATHSPECS: "1",
    LC_ALL: "C",
    ...keptMemory,
  };
}

/** No address with a password in it is as long. */
const maxHeldChars = 8 * 1024;

/** Output in whole lines, without credentials: one that comes in two pieces must not get through. */
class PrintedLines {
  readonly #tell: (text: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  #begun = "";

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  add(chunk: Buffer): void {
    const text = this.#begun + this.#decoder.write(chunk);
    // A progress bar ends its lines with a carriage return, and dots have no line at all.
    const line = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
    const end = line === 0 && text.length > maxHeldChars ? text.length : line;
    this.#begun = text.slice(end);
    if (end > 0) this.#tell(maskCredentials(text.slice(0, end)));
  }

  end(): void {
    const rest = this.#begun + this.#decoder.end();
    if (rest !== "") this.#tell(maskCredentials(rest));
  }
}

function firstLine(text: string): string {
  return (
    text
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^(fatal|error): /, "") ?? ""
  );
}
