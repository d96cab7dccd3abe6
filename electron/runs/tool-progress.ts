import type { Clock } from "../lib/clock.ts";

const shortestMs = 50;
const longestShowMs = 1_000;
const longestSaveMs = 5_000;
/** Characters a second that one running call may cost its readers, and the disk. */
const shownRate = 320_000;
const savedRate = 64_000;

type Pace = { at: number; cancel: (() => void) | null };
type Running = { chars: number; shown: Pace; saved: Pace };

export type ToolProgressDeps = {
  clock: Clock;
  show(id: string): void;
  save(id: string): void;
};

/**
 * When a running call is shown to readers and saved, however often the agent tells of it: the longer it is, the more
 * rarely. Owns the timers of the calls that run; `end` stops a call's, `dispose` all.
 */
export class ToolProgress {
  readonly #deps: ToolProgressDeps;
  readonly #running = new Map<string, Running>();

  constructor(deps: ToolProgressDeps) {
    this.#deps = deps;
  }

  changed(id: string, chars: number): void {
    const call = this.#running.get(id) ?? {
      chars,
      shown: { at: -Infinity, cancel: null },
      saved: { at: -Infinity, cancel: null },
    };
    call.chars = chars;
    this.#running.set(id, call);
    this.#soon(call.shown, paceMs(chars, shownRate, longestShowMs), () => this.#deps.show(id));
    this.#soon(call.saved, paceMs(chars, savedRate, longestSaveMs), () => this.#deps.save(id));
  }

  end(id: string): void {
    const call = this.#running.get(id);
    call?.shown.cancel?.();
    call?.saved.cancel?.();
    this.#running.delete(id);
  }

  dispose(): void {
    for (const id of [...this.#running.keys()]) this.end(id);
  }

  #soon(pace: Pace, everyMs: number, run: () => void): void {
    const { clock } = this.#deps;
    pace.cancel ??= clock.after(Math.max(shortestMs, pace.at + everyMs - clock.monotonic()), () => {
      pace.cancel = null;
      pace.at = clock.monotonic();
      run();
    });
  }
}

function paceMs(chars: number, charsPerSecond: number, longestMs: number): number {
  return Math.min(longestMs, Math.max(shortestMs, (chars / charsPerSecond) * 1000));
}
