import type { EmbeddedModel } from "../../../shared/contract/embedded-models.ts";
import type { ModelNeeds, ModelReport } from "../../../shared/model-host-messages.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import type { HostFailure, ModelHost } from "./model-host.ts";

/** Where a loaded model is asked. */
export type HostAddress = { url: string; key: string; contextSize: number };

export type HostedModelDeps = {
  clock: Clock;
  /** After how long without work it is unloaded; null: never. */
  idleMs: () => number | null;
  start: (
    anyway: boolean,
    events: { onReport: (report: ModelReport) => void; onGone: (failure: HostFailure | null) => void },
  ) => Promise<Result<ModelHost, HostFailure>>;
  onChange: () => void;
};

type Loaded = HostAddress & { threads: number; isBusy: boolean };
type Ready = Result<HostAddress, HostFailure>;
/** Who waits for it; `isKept`: it goes on though nobody does. */
type Loading = { progress: number; ready: Promise<Ready>; settle: (ready: Ready) => void; waiting: number; isKept: boolean };

const stopped: HostFailure = { reason: "load", message: "It was stopped before it was loaded" };

/** One model, in memory or not. It owns the process that holds it, until `unload`. */
export class HostedModel {
  readonly #deps: HostedModelDeps;
  #host: ModelHost | null = null;
  #loading: Loading | null = null;
  #loaded: Loaded | null = null;
  #problem: HostFailure | null = null;
  #needs: ModelNeeds | null = null;
  #takeBack: () => void = () => {};
  #held = 0;
  /** Processes that are being started; `gone` as for `unload`, where it was ended since nobody wanted it any more. */
  readonly #starts = new Set<Promise<{ gone: boolean }>>();
  readonly #listening = new Set<(share: number) => void>();

  constructor(deps: HostedModelDeps) {
    this.#deps = deps;
  }

  get host(): ModelHost | null {
    return this.#host;
  }

  get view(): Pick<EmbeddedModel, "state" | "progress" | "loaded" | "needs" | "problem"> {
    const { contextSize, threads, isBusy } = this.#loaded ?? {};
    const state = this.#loaded ? "loaded" : this.#loading ? "loading" : this.#problem ? "failed" : "not-loaded";
    return {
      state,
      progress: this.#loading?.progress ?? null,
      loaded: contextSize === undefined ? null : { contextSize, threads: threads ?? 1, isBusy: isBusy ?? false },
      needs: this.#needs,
      problem: state === "failed" ? this.#problem : null,
    };
  }

  /** What a look at its file told. */
  looked(needs: ModelNeeds | null): void {
    this.#needs = needs;
  }

  /** Until it is there, whoever else waits for it. */
  async load(anyway: boolean): Promise<Ready> {
    if (this.#loaded) return ok(this.#loaded);
    const loading = this.#begin(anyway);
    loading.isKept = true;
    return loading.ready;
  }

  /** The same for one request, which counts as work. Where nobody waits any more, it isn't loaded either. */
  async use(signal: AbortSignal, onProgress: (share: number) => void): Promise<Ready> {
    if (this.#loaded) {
      this.restAgain();
      return ok(this.#loaded);
    }
    const loading = this.#begin(false);
    loading.waiting += 1;
    const gone = Promise.withResolvers<Ready>();
    const leave = (): void => gone.resolve(fail(stopped));
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    const told = this.#tellProgress(loading, onProgress);
    const ready = await Promise.race([loading.ready, gone.promise]);
    told();
    signal.removeEventListener("abort", leave);
    loading.waiting -= 1;
    if (signal.aborted && loading.waiting === 0 && !loading.isKept && this.#loading === loading) void this.unload();
    return ready;
  }

  /** Somebody works with it, whether or not a request goes on: it stays for so long. Returns what ends that, once. */
  hold(): () => void {
    this.#held += 1;
    this.#takeBack();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#held -= 1;
      this.restAgain();
    };
  }

  /** Gives its memory back, or ends its loading; `gone` where nothing of it is left. */
  async unload(): Promise<{ gone: boolean }> {
    this.#takeBack();
    this.#loading?.settle(fail(stopped));
    this.#loading = null;
    this.#loaded = null;
    this.#problem = null;
    const host = this.#host;
    this.#host = null;
    this.#deps.onChange();
    const ends = await Promise.all([...(host ? [host.end()] : []), ...this.#starts]);
    return { gone: ends.every(({ gone }) => gone) };
  }

  /** From now on it has nothing to do, for as long as the person chose by now. */
  restAgain(): void {
    this.#takeBack();
    if (!this.#loaded || this.#loaded.isBusy || this.#held > 0) return;
    const { clock, idleMs } = this.#deps;
    const ms = idleMs();
    if (ms !== null) this.#takeBack = clock.after(ms, () => void this.unload());
  }

  #tellProgress(loading: Loading, onProgress: (share: number) => void): () => void {
    onProgress(loading.progress);
    this.#listening.add(onProgress);
    return () => this.#listening.delete(onProgress);
  }

  #begin(anyway: boolean): Loading {
    if (this.#loading) return this.#loading;
    const { promise, resolve } = Promise.withResolvers<Ready>();
    const loading: Loading = { progress: 0, ready: promise, settle: resolve, waiting: 0, isKept: false };
    this.#loading = loading;
    this.#problem = null;
    this.#deps.onChange();
    const start = this.#start(loading, anyway).finally(() => this.#starts.delete(start));
    this.#starts.add(start);
    return loading;
  }

  async #start(loading: Loading, anyway: boolean): Promise<{ gone: boolean }> {
    let host: ModelHost | null = null;
    const isOurs = (): boolean => this.#loading === loading || (host !== null && this.#host === host);
    const started = await this.#deps.start(anyway, {
      onReport: (report) => isOurs() && this.#take(report, loading),
      onGone: (failure) => isOurs() && this.#failed(failure ?? { reason: "ended", message: "Its process ended" }),
    });
    if (!started.ok) {
      if (isOurs()) this.#failed(started.error);
      return { gone: true };
    }
    host = started.value;
    if (this.#loading !== loading) return host.end();
    this.#host = host;
    return { gone: true };
  }

  #take(report: ModelReport, loading: Loading): void {
    switch (report.type) {
      case "looked":
        this.#needs = report.needs;
        break;
      case "loading":
        if (Math.floor(report.progress * 100) === Math.floor(loading.progress * 100)) return;
        loading.progress = report.progress;
        for (const tell of this.#listening) tell(report.progress);
        break;
      case "ready": {
        const { port, contextSize, threads } = report;
        const key = this.#host?.key ?? "";
        this.#loaded = { url: `http://127.0.0.1:${port}/v1`, key, contextSize, threads, isBusy: false };
        this.#loading = null;
        loading.settle(ok(this.#loaded));
        this.restAgain();
        break;
      }
      case "working":
        if (this.#loaded) this.#loaded = { ...this.#loaded, isBusy: report.isBusy };
        if (report.isBusy) this.#takeBack();
        else this.restAgain();
        break;
      case "failed":
        break;
    }
    this.#deps.onChange();
  }

  #failed(failure: HostFailure): void {
    this.#takeBack();
    this.#problem = failure;
    this.#loading?.settle(fail(failure));
    this.#loading = null;
    this.#loaded = null;
    this.#host = null;
    this.#deps.onChange();
  }
}
