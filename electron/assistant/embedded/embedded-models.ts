import path from "node:path";
import type { EmbeddedModel } from "../../../shared/contract/embedded-models.ts";
import type { ServedModel } from "../../../shared/contract/models.ts";
import type { ModelNeeds, ModelOrder } from "../../../shared/model-host-messages.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Listeners } from "../../lib/listeners.ts";
import type { EmbeddedModelRow } from "../../store/local-models.ts";
import type { Endpoint } from "../models/endpoint.ts";
import type { Look } from "../models/look.ts";
import type { ModelFailure, OwnServer, UsableModel } from "../models/model.ts";
import { HostedModel } from "./hosted-model.ts";
import { ModelHost, type HostFailure, type ModelHostDeps } from "./model-host.ts";

export type EmbeddedModelsDeps = ModelHostDeps & {
  rows: { embedded(): EmbeddedModelRow[] };
  /** The folder of `node-llama-cpp`; null where it isn't installed. */
  engine: () => string | null;
  /** After how long without work a model is unloaded; null: never. */
  idleMs: () => number | null;
  /** Told that a model is something else than before. */
  changed: Listeners<null>;
};

type Looked = Pick<EmbeddedModelRow, "file" | "contextSize" | "threads">;

const endpointId = "embedded";
/** Only the head of a file is read, which may be on a slow disk. */
const lookLimitMs = 60_000;

/** Where Hearth's own models are listed; there is no address, as each has one of its own while it is loaded. */
const endpoint: Endpoint = {
  ...{ id: endpointId, name: "In Hearth", url: "", local: true, origin: "embedded", likely: [], limitMs: 0 },
};

const noEngine: HostFailure = {
  reason: "engine",
  message: "What serves embedded models isn't installed. Install it in Settings, Local models",
};

/** The models in files that a person picked. It owns the processes that hold them, until `dispose`. */
export class EmbeddedModels implements OwnServer {
  readonly endpoint = endpoint;
  readonly #deps: EmbeddedModelsDeps;
  readonly #hosted = new Map<string, HostedModel>();
  readonly #over = new AbortController();
  readonly #looks = new Set<Promise<unknown>>();

  /** By which the timers run. */
  #idleMs: number | null;

  constructor(deps: EmbeddedModelsDeps) {
    this.#deps = deps;
    this.#idleMs = deps.idleMs();
  }

  /** null where there is none. */
  look(): Look | null {
    const models = this.#deps.rows.embedded().map((row) => this.#served(row));
    return models.length === 0 ? null : { state: "ready", problem: null, server: "embedded", models };
  }

  /** Loads it where it isn't; `onLoading` is told how much of it is there. */
  async route(
    modelId: string,
    signal: AbortSignal,
    onLoading: (share: number) => void,
  ): Promise<Result<Omit<UsableModel, "sampling">, ModelFailure>> {
    const row = this.#deps.rows.embedded().find((one) => modelIdOf(one) === modelId);
    if (!row) return fail({ type: "unknown", message: `There is no embedded model ${modelId} any more` });
    const ready = await this.hosted(row.id).use(signal, onLoading);
    if (!ready.ok) return fail({ type: "gone", message: `${row.name}: ${ready.error.message}. ${waysOn[ready.error.reason]}` });
    const { url, key, contextSize } = ready.value;
    const model = { ...this.#served(row), window: contextSize, loaded: true };
    return ok({ model, route: { url, key, server: "embedded", local: true } });
  }

  hold(modelId: string): () => void {
    const row = this.#deps.rows.embedded().find((one) => modelIdOf(one) === modelId);
    return row ? this.hosted(row.id).hold() : () => {};
  }

  /** The person may have chosen another time after which a model is unloaded. */
  idleChanged(): void {
    const idleMs = this.#deps.idleMs();
    if (idleMs === this.#idleMs) return;
    this.#idleMs = idleMs;
    for (const model of this.#hosted.values()) model.restAgain();
  }

  view(row: EmbeddedModelRow): Omit<EmbeddedModel, "fileBytes"> {
    const { id, name, file, contextSize, threads } = row;
    return { ...{ id, name, file, contextSize, threads }, modelId: modelIdOf(row), ...this.hosted(id).view };
  }

  hosted(id: string): HostedModel {
    const known = this.#hosted.get(id);
    if (known) return known;
    const { clock, idleMs, changed } = this.#deps;
    const made = new HostedModel({
      ...{ clock, idleMs, onChange: () => changed.emit(null) },
      start: async (anyway, events) => {
        const row = this.#deps.rows.embedded().find((one) => one.id === id);
        if (!row) return fail({ reason: "file", message: "It was taken off the list" });
        return this.#start({ task: "serve", ...row, anyway }, { label: row.name, ...events });
      },
    });
    this.#hosted.set(id, made);
    return made;
  }

  /** What a file is and needs, without loading it. The caller may go at any time. */
  lookAt(wanted: Looked, caller: AbortSignal): Promise<Result<ModelNeeds, HostFailure>> {
    const late = new AbortController();
    const takeBack = this.#deps.clock.after(lookLimitMs, () => late.abort());
    const signal = AbortSignal.any([caller, late.signal, this.#over.signal]);
    const words = (): string =>
      late.signal.aborted ? `It can't be read within ${lookLimitMs / 1_000} s` : "The look at it was stopped";
    const look = this.#look(wanted, signal, words);
    this.#looks.add(look);
    const settle = (): void => {
      takeBack();
      this.#looks.delete(look);
    };
    look.then(settle, settle);
    // Whoever asked goes on before `dispose` does, so that the store is still open then.
    return look;
  }

  async forget(id: string): Promise<void> {
    await this.#hosted.get(id)?.unload();
    this.#hosted.delete(id);
  }

  async unloadAll(): Promise<void> {
    await Promise.all([...this.#hosted.values()].map((model) => model.unload()));
  }

  processes(): { pid: number; label: string; startedAt: number }[] {
    return this.#deps.rows.embedded().flatMap(({ id, name }) => {
      const host = this.#hosted.get(id)?.host;
      return host ? [{ pid: host.pid, label: name, startedAt: host.startedAt }] : [];
    });
  }

  /** The folders of `node-llama-cpp` that models were loaded from. */
  enginesInUse(): string[] {
    return [...this.#hosted.values()].flatMap(({ host }) => host?.engine ?? []);
  }

  async endProcess(pid: number): Promise<{ gone: boolean } | null> {
    const model = [...this.#hosted.values()].find(({ host }) => host?.pid === pid);
    return model ? model.unload() : null;
  }

  async dispose(): Promise<void> {
    this.#over.abort();
    await Promise.all([this.unloadAll(), Promise.allSettled(this.#looks)]);
  }

  async #start(
    order: Pick<ModelOrder, "task" | "file" | "contextSize" | "threads" | "anyway">,
    events: Parameters<typeof ModelHost.start>[2],
  ): ReturnType<typeof ModelHost.start> {
    const engine = this.#deps.engine();
    if (engine === null) return fail(noEngine);
    if (this.#over.signal.aborted) return fail({ reason: "load", message: "Hearth is closing" });
    const { task, file, contextSize, threads, anyway } = order;
    return ModelHost.start(this.#deps, { task, engine, file, contextSize, threads, anyway }, events);
  }

  async #look(wanted: Looked, signal: AbortSignal, words: () => string): Promise<Result<ModelNeeds, HostFailure>> {
    let needs: ModelNeeds | null = null;
    const gone = Promise.withResolvers<HostFailure | null>();
    const started = await this.#start(
      { task: "look", ...wanted, anyway: false },
      {
        label: path.basename(wanted.file),
        onReport: (report) => void (report.type === "looked" && (needs = report.needs)),
        onGone: gone.resolve,
      },
    );
    if (!started.ok) return started;
    const end = (): void => void started.value.end().then(() => gone.resolve(null));
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    const failure = await gone.promise;
    signal.removeEventListener("abort", end);
    if (signal.aborted) return fail({ reason: "file", message: words() });
    return needs ? ok(needs) : fail(failure ?? { reason: "file", message: "Nothing was found in it" });
  }

  #served(row: EmbeddedModelRow): ServedModel {
    const loaded = this.#hosted.get(row.id)?.view.loaded ?? null;
    return {
      ...{ id: modelIdOf(row), endpointId, endpointName: endpoint.name, name: row.name, label: row.name },
      ...{ window: loaded?.contextSize ?? row.contextSize, loaded: loaded !== null, tools: true, reasoning: null, slots: 1 },
    };
  }
}

/** What the person can do about a model that isn't loaded. */
export const waysOn: Record<HostFailure["reason"], string> = {
  engine: "See Settings, Local models.",
  node: "Install Node 22 or newer, so that `node` is found in a new terminal, and start Hearth again.",
  file: "See whether the file is there, and what it is.",
  memory: "Close something, choose a smaller window for it in Settings, Local models, or load it there anyway.",
  load: "Choose another window for it in Settings, Local models, or another file.",
  ended: "Send the prompt again: it is loaded anew.",
};

export function modelIdOf({ name }: Pick<EmbeddedModelRow, "name">): string {
  return `${endpointId}/${name}`;
}
