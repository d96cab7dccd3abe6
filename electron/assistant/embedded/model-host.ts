import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { modelReport, type ModelOrder, type ModelReport } from "../../../shared/model-host-messages.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import { startChild, type Child } from "../../lib/process.ts";
import { Tail } from "../../lib/tail.ts";
import type { ProcessRepository } from "../../store/processes.ts";

/** `node`: there is none to run it with. `ended`: its process is gone, and nobody asked it to go. */
export type HostFailure = { reason: Extract<ModelReport, { type: "failed" }>["reason"] | "node" | "ended"; message: string };

export type ModelHostDeps = {
  /** What runs the program, and the program. */
  node: string;
  program: string;
  /** The home folder of its process. */
  home: string;
  clock: Clock;
  /** Where processes are written down, so that none outlives a core that dies. */
  processes: Pick<ProcessRepository, "add" | "remove">;
  /** The login shell's environment. */
  shellEnv: () => Promise<Readonly<Record<string, string>>>;
};

type HostEvents = {
  onReport: (report: ModelReport) => void;
  /** It is gone: null where it was told to end, or had only to look. Told once, and nothing is reported afterwards. */
  onGone: (failure: HostFailure | null) => void;
};

/** What its process gets of the person's environment: enough to be started, and no way to the network but its own. */
const given = /^(PATH|LANG|LC_\w+|TMPDIR|TMP|TEMP|SystemRoot|windir|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH)$/i;
const noNode = "Its process runs with Node, which your login shell doesn't find";
/** No report is as long. */
const maxLine = 64 * 1024;

/** The process that holds one model in memory, from its start until it is proved gone. It ends with its input, too. */
export class ModelHost {
  readonly pid: number;
  readonly startedAt: number;
  readonly key: string;
  /** The folder that it runs from. */
  readonly engine: string;
  readonly #child: Child;
  readonly #events: HostEvents;
  readonly #words = new Tail();
  #rest = "";
  #said: HostFailure | null = null;
  #isWanted = true;
  readonly #forget: () => void;
  #ending: Promise<{ gone: boolean }> | null = null;

  private constructor(
    child: Child,
    own: { key: string; engine: string; startedAt: number; forget: () => void },
    events: HostEvents,
  ) {
    this.#child = child;
    this.#forget = own.forget;
    this.pid = child.pid;
    this.key = own.key;
    this.engine = own.engine;
    this.startedAt = own.startedAt;
    this.#events = events;
    child.stdout.on("data", (chunk: Buffer) => this.#read(chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => this.#words.push(chunk.toString("utf8")));
  }

  static async start(
    { node, program, home, clock, processes, shellEnv }: ModelHostDeps,
    order: Omit<ModelOrder, "key">,
    { label, ...events }: HostEvents & { label: string },
  ): Promise<Result<ModelHost, HostFailure>> {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const env = Object.fromEntries(Object.entries(await shellEnv()).filter(([name]) => given.test(name)));
    const tag = `hearth-model-${randomBytes(8).toString("hex")}`;
    const started = await startChild({ command: node, args: [program], cwd: home, env: { ...env, HOME: home }, tag });
    if (!started.ok && started.error.type === "not-found") return fail({ reason: "node", message: noNode });
    if (!started.ok) return fail({ reason: "engine", message: `Its process can't be started: ${started.error.message}` });
    const child = started.value;
    const { pid, startTicks } = child.identity;
    const [ticks, startedAt, key] = [startTicks ?? "", clock.now(), randomBytes(32).toString("base64url")];
    processes.add({ pid, startTicks: ticks, kind: "model", label, tag, startedAt });
    const forget = (): void => processes.remove(pid, ticks);
    const host = new ModelHost(child, { key, engine: order.engine, startedAt, forget }, events);
    void child.exited.then(async (exit) => {
      await host.#stop();
      events.onGone(host.#failureOf(exit));
    });
    child.stdin.write(`${JSON.stringify({ ...order, key })}\n`);
    return ok(host);
  }

  /** `gone`: it and all that it started were proved to have ended. */
  end(): Promise<{ gone: boolean }> {
    this.#isWanted = false;
    return this.#stop();
  }

  #stop(): Promise<{ gone: boolean }> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** Whoever waits for it may close the store then: it is written down before, or never. */
  async #end(): Promise<{ gone: boolean }> {
    const { gone } = await this.#child.stop(500);
    if (gone) this.#forget();
    return { gone };
  }

  #read(text: string): void {
    const lines = `${this.#rest}${text}`.split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > maxLine) void this.#stop();
    for (const line of lines) {
      const report = reportIn(line);
      if (report === null || !this.#isWanted) continue;
      if (report.type === "failed") this.#said = { reason: report.reason, message: report.message };
      else this.#events.onReport(report);
    }
  }

  #failureOf({ code, signal }: { code: number | null; signal: string | null }): HostFailure | null {
    if (this.#said || !this.#isWanted) return this.#said;
    if (code === 0) return null;
    const how = signal === null ? `ended with code ${code ?? "unknown"}` : `was ended by ${signal}`;
    const last = this.#words.lines(1)[0];
    return { reason: "ended", message: `Its process ${how}${last ? `. Its last words: ${last.slice(0, 300)}` : ""}` };
  }
}

/** null for what is no report. */
function reportIn(line: string): ModelReport | null {
  try {
    return modelReport.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null; // The engine said something by itself.
  }
}
