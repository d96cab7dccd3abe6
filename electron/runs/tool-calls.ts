import { deciderOf } from "../../shared/policy-words.ts";
import { isDeepStrictEqual } from "node:util";
import { toolHasEnded, type RunEventBody, type ToolErrorCode, type ToolSnapshot } from "../../shared/run-event.ts";
import type { ToolPatch } from "../agents/port.ts";
import type { CallFiles } from "./run-files.ts";
import { bodyText, cutBody, fileOf, maxBodyChars, type Body } from "./tool-bodies.ts";

/** What an update tells of a tool call; absent fields keep what was known. */
export type ToolUpdate = Partial<Omit<ToolSnapshot, "id" | "status">> & {
  id: string;
  status?: ToolSnapshot["status"];
  ending?: ToolPatch["ending"];
  failure?: ToolPatch["failure"];
};

type Told = Omit<ToolUpdate, "id" | "status" | "ending" | "failure">;

type Call = {
  /** What it is by now, bounded. */
  now: ToolSnapshot;
  /** What the agent told that no event says yet. */
  untold: Told;
  /** Bodies that are too long for an event, whole. */
  whole: Map<Body, string>;
  ending: NonNullable<ToolPatch["ending"]>;
  failure: ToolPatch["failure"];
};

export type ToolCallsDeps = {
  files: Pick<CallFiles, "keep" | "saveRunning">;
  /** A running call is otherwise than any event says; `chars`: how long it is. */
  onProgress(id: string, chars: number): void;
  onEnd(id: string): void;
};

const bodies: readonly Body[] = ["output", "input", "diff"];

/**
 * One run's tool calls. Merges updates and tells which of them make an event: a call's start, each new status, and its
 * end, with what it told meanwhile. A call's end is final: what an agent says of it afterwards doesn't count.
 */
export class ToolCalls {
  readonly #calls = new Map<string, Call>();
  readonly #deps: ToolCallsDeps;
  #stopped = false;

  constructor(deps: ToolCallsDeps) {
    this.#deps = deps;
  }

  /** Calls that have begun and not ended, as they are by now. */
  open(): ToolSnapshot[] {
    return [...this.#calls.values()].map((call) => call.now).filter((call) => !toolHasEnded(call.status));
  }

  get(id: string): ToolSnapshot | null {
    return this.#calls.get(id)?.now ?? null;
  }

  /** Whatever the agent says of it: a call that fails from now on was stopped, and so was a command that ends. */
  stop(): void {
    this.#stopped = true;
  }

  apply(update: ToolUpdate): RunEventBody | null {
    const before = this.#calls.get(update.id);
    if (before && toolHasEnded(before.now.status)) return null;
    const call = before ?? begin(update.id);
    this.#calls.set(update.id, call);
    const statusBefore = call.now.status;
    this.#merge(call, update);
    const { now } = call;
    if (toolHasEnded(now.status)) {
      if (this.#stopped && (now.status === "failed" || now.kind === "execute"))
        return this.#fail(call, "cancelled", "CANCELLED", "Stopped");
      const { exitCode, timedOut } = call.ending;
      const exit = exitCode === undefined ? {} : { exitCode };
      if (now.status === "completed") return { type: "tool.completed", payload: { ...this.#end(call), ...exit } };
      if (call.failure) return failed(this.#end(call), call.failure, exit);
      const words = timedOut ? "It took too long" : exitCode ? `It ended with exit code ${exitCode}` : "The tool failed";
      const message = now.output?.slice(0, 500) || words;
      const code = timedOut ? "TIMED_OUT" : "EXECUTION_FAILED";
      return failed(this.#end(call), { code, message }, exit);
    }
    if (!before) {
      call.untold = {};
      return { type: "tool.started", payload: now };
    }
    if (Object.keys(call.untold).length > 0) this.#deps.onProgress(now.id, charsOf(call));
    return now.status === statusBefore ? null : { type: "tool.updated", payload: bare(now) };
  }

  /** Puts what a running call is by now where it outlives this process. */
  save(id: string): void {
    const call = this.#calls.get(id);
    if (!call || toolHasEnded(call.now.status)) return;
    this.#keepWhole(call);
    this.#deps.files.saveRunning(call.now);
  }

  /** Ends what is still open, with a reason. */
  endOpen(code: ToolErrorCode, message: string): RunEventBody[] {
    return this.open().flatMap(({ id }) => {
      const call = this.#calls.get(id);
      return call ? [this.#fail(call, code === "CANCELLED" ? "cancelled" : "failed", code, message)] : [];
    });
  }

  /** Ends one call because a person, a rule or the policy (`by`, null for a person) refused it; agents often send nothing more about it. */
  reject(id: string, by: string | null): RunEventBody | null {
    const call = this.#calls.get(id);
    if (!call || toolHasEnded(call.now.status)) return null;
    const decider = deciderOf(by);
    if (decider === null) return this.#fail(call, "failed", "PERMISSION_DENIED", "You rejected it");
    const isPolicy = by?.startsWith("policy:") ?? false;
    return this.#fail(call, "failed", isPolicy ? "POLICY_VIOLATION" : "PERMISSION_DENIED", `Not allowed by ${decider}`);
  }

  #fail(call: Call, status: ToolSnapshot["status"], code: ToolErrorCode, message: string): RunEventBody {
    call.now = { ...call.now, status };
    return failed(this.#end(call), { code, message });
  }

  #merge(call: Call, { status, ending, failure, ...told }: ToolUpdate): void {
    call.ending = { ...call.ending, ...ending };
    call.failure = failure ?? call.failure;
    const fresh = Object.fromEntries(
      Object.entries(told).filter(([name, value]) => value !== undefined && !this.#isKnown(call, name, value)),
    ) as Told;
    call.now = { ...call.now, ...fresh, ...(status === undefined ? {} : { status }) };
    call.untold = { ...call.untold, ...fresh };
    for (const body of bodies) if (body in fresh) this.#bound(call, body);
  }

  #isKnown(call: Call, name: string, value: unknown): boolean {
    const whole = call.whole.get(name as Body);
    if (whole !== undefined) return bodyText({ [name]: value }, name as Body) === whole;
    return isDeepStrictEqual(call.now[name as keyof ToolSnapshot], value);
  }

  /** A body that is too long for an event goes to a file, as it grows; the event has a part of it. */
  #bound(call: Call, body: Body): void {
    const text = bodyText(call.now, body);
    const { field, end } = fileOf[body];
    call.whole.delete(body);
    if (text === null || text.length <= maxBodyChars) return;
    call.whole.set(body, text);
    call.now = cutBody(call.now, body, text);
    call.untold = { ...call.untold, [body]: call.now[body] };
    if (call.now[field] !== undefined) return;
    const file = this.#deps.files.keep(call.now.id, end, text);
    if (file === null) return;
    call.now = { ...call.now, [field]: file };
    call.untold = { ...call.untold, [field]: file };
  }

  #keepWhole(call: Call): void {
    for (const [body, text] of call.whole) this.#deps.files.keep(call.now.id, fileOf[body].end, text);
  }

  /** The payload of its last event: what no event said yet. */
  #end(call: Call): ToolSnapshot {
    this.#keepWhole(call);
    this.#deps.onEnd(call.now.id);
    const last = { ...bare(call.now), ...call.untold };
    call.now = bare(call.now);
    call.untold = {};
    call.whole.clear();
    return last;
  }
}

function begin(id: string): Call {
  return {
    now: { id, kind: "other", title: "", status: "pending", locations: [], diff: [] },
    untold: {},
    whole: new Map(),
    ending: {},
    failure: undefined,
  };
}

/** What every event of a call says. */
function bare({ id, kind, title, status }: ToolSnapshot): ToolSnapshot {
  return { id, kind, title, status, locations: [], diff: [] };
}

function charsOf({ now, whole }: Call): number {
  return bodies.reduce((sum, body) => sum + (whole.get(body)?.length ?? bodyText(now, body)?.length ?? 0), 0);
}

function failed(
  call: ToolSnapshot,
  failure: NonNullable<ToolPatch["failure"]>,
  diagnostics: Record<string, unknown> = {},
): RunEventBody {
  return { type: "tool.failed", payload: { ...call, ...failure, diagnostics } };
}
