import type { ServedModel } from "../../../shared/contract/models.ts";
import type { Sampling } from "../../../shared/sampling.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import { Listeners } from "../../lib/listeners.ts";
import type { Log } from "../../lib/log.ts";
import type { SealedValues } from "../../lib/sealed-values.ts";
import { addedLimitMs, apiOf, readAddress, usualPlaces, type Endpoint } from "./endpoint.ts";
import { lookAt, type Look } from "./look.ts";
import type { ModelFailure, Models, OnLoading, OwnServer, UsableModel } from "./model.ts";

/** An endpoint that a person added. */
export type AddedEndpoint = { id: string; name: string; url: string };
/** What a person set for a model. */
export type ModelChoice = { isOff: boolean; sampling: Sampling };

/** What is kept of them between runs of Hearth. */
export interface ModelRows {
  endpoints(): AddedEndpoint[];
  /** Of a model that nothing was set for: on, with no sampling. */
  choiceOf(modelId: string): ModelChoice;
}

export type LocalModelsDeps = {
  rows: ModelRows;
  keys: Pick<SealedValues, "of">;
  clock: Clock;
  log: Log;
  /** What Hearth serves itself. */
  own: OwnServer;
  /** Aborts when the core closes. */
  signal: AbortSignal;
  /** Where a server is looked for unasked; tests have their own. */
  places?: readonly Endpoint[];
};

/** The name under which the key of an endpoint is kept. */
export const keyOf = "API_KEY";

/** A list that somebody asked for a moment ago is as good as a new one; one with nothing in it for less long. */
const freshMs = 30_000;
const freshWhenEmptyMs = 3_000;

/**
 * The models of all endpoints, as of the last look at each. It looks when somebody asks and never by a timer; what it
 * knows lasts as long as this object. A usual port where something was found stays listed when that is gone.
 */
export class LocalModels implements Models {
  readonly #deps: LocalModelsDeps;
  readonly #looks = new Map<string, Look>();
  readonly #changed: Listeners<null>;
  #lookedAt: { unix: number; monotonic: number } | null = null;
  #looking: Promise<void> | null = null;

  constructor(deps: LocalModelsDeps) {
    this.#deps = deps;
    this.#changed = new Listeners((error) => deps.log.error("models.listener", error));
  }

  list(): ServedModel[] {
    const { rows } = this.#deps;
    return this.endpoints().flatMap(({ look }) => (look?.models ?? []).filter(({ id }) => !rows.choiceOf(id).isOff));
  }

  async look(): Promise<void> {
    const { clock } = this.#deps;
    const limit = this.#looks.size === 0 ? freshWhenEmptyMs : freshMs;
    if (this.#lookedAt === null || clock.monotonic() - this.#lookedAt.monotonic > limit) await this.lookAgain();
  }

  /** As `look`, however fresh the last one is; joins one that is under way. */
  lookAgain(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async find(modelId: string, signal: AbortSignal, onLoading?: OnLoading): Promise<Result<UsableModel, ModelFailure>> {
    const { isOff, sampling } = this.#deps.rows.choiceOf(modelId);
    if (isOff) return fail({ type: "off", message: `${nameIn(modelId)} is switched off in Settings, Local models` });
    const routed = await this.route(modelId, signal, onLoading);
    return routed.ok ? ok({ ...routed.value, sampling }) : routed;
  }

  /** As `find`, of a model that is switched off too. */
  async route(
    modelId: string,
    signal: AbortSignal,
    onLoading: OnLoading = () => {},
  ): Promise<Result<Omit<UsableModel, "sampling">, ModelFailure>> {
    const name = nameIn(modelId);
    const { own } = this.#deps;
    if (modelId === `${own.endpoint.id}/${name}`) return own.route(modelId, signal, onLoading);
    const endpoint = this.#all().find(({ id }) => `${id}/${name}` === modelId);
    if (!endpoint) return fail({ type: "unknown", message: `There is no endpoint for the model ${modelId} any more` });
    const key = await this.#keyOf(endpoint);
    const look = await lookAt(endpoint, { key, only: name, signal });
    this.#keepOne(endpoint, look, modelId);
    if (look.state !== "ready" || look.server === null)
      return fail({
        type: "gone",
        message: `${endpoint.name} (${endpoint.url}) can't be used: ${look.problem ?? look.state}. ${waysOn[look.state]}`,
      });
    const model = look.models.find(({ id }) => id === modelId);
    if (!model)
      return fail({ type: "gone", message: `${endpoint.name} (${endpoint.url}) doesn't serve ${name} any more. Load it there.` });
    return ok({ model, route: { url: apiOf(endpoint.url), key, server: look.server, local: endpoint.local } });
  }

  wouldLoad(modelId: string): boolean {
    return this.#deps.own.look()?.models.some(({ id, loaded }) => id === modelId && loaded === false) ?? false;
  }

  hold(modelId: string): () => void {
    return this.#deps.own.hold(modelId);
  }

  onChange(listener: () => void): () => void {
    return this.#changed.on(listener);
  }

  /** All that a person may see: their own, the usual ports where something was found since Hearth began, and Hearth's own. */
  endpoints(): { endpoint: Endpoint; look: Look | null }[] {
    const asked = this.#all().flatMap((endpoint) => {
      const look = this.#looks.get(endpoint.id) ?? null;
      return look || endpoint.origin === "added" ? [{ endpoint, look }] : [];
    });
    const { own } = this.#deps;
    const look = own.look();
    return look ? [...asked, { endpoint: own.endpoint, look }] : asked;
  }

  /** What is known of an endpoint doesn't hold any more. */
  forget(endpointId: string): void {
    this.#looks.delete(endpointId);
    this.#changed.emit(null);
  }

  /** A person has set something for a model, or Hearth serves another: what can be chosen may not be what it was. */
  chosen(): void {
    this.#changed.emit(null);
  }

  /** Whether a look has found it. */
  known(modelId: string): boolean {
    return this.endpoints().some(({ look }) => look?.models.some(({ id }) => id === modelId));
  }

  /** Looks at one endpoint, which a person has just added or changed. */
  async lookAtOne(endpointId: string): Promise<void> {
    const endpoint = this.#all().find(({ id }) => id === endpointId);
    if (endpoint) await this.#lookAtEndpoint(endpoint);
  }

  /** When all were last asked, in unix ms. */
  get lookedAt(): number | null {
    return this.#lookedAt?.unix ?? null;
  }

  async #lookAtAll(): Promise<void> {
    await Promise.all(this.#all().map((endpoint) => this.#lookAtEndpoint(endpoint)));
    this.#lookedAt = { unix: this.#deps.clock.now(), monotonic: this.#deps.clock.monotonic() };
  }

  async #lookAtEndpoint(endpoint: Endpoint): Promise<void> {
    const { signal } = this.#deps;
    this.#keep(endpoint, await lookAt(endpoint, { key: await this.#keyOf(endpoint), only: null, signal }));
  }

  /** A usual port where nothing was ever found is no endpoint. */
  #keep(endpoint: Endpoint, look: Look): void {
    const before = this.#looks.get(endpoint.id);
    if (!before && endpoint.origin === "found" && look.state !== "ready") return;
    this.#looks.set(endpoint.id, look);
    if (JSON.stringify(before) !== JSON.stringify(look)) this.#changed.emit(null);
  }

  /** What is known of the others is more than a look at one model tells of them. */
  #keepOne(endpoint: Endpoint, look: Look, modelId: string): void {
    const before = this.#looks.get(endpoint.id);
    if (!before) return;
    const others = before.models.filter(({ id }) => id !== modelId);
    const one = look.models.filter(({ id }) => id === modelId);
    this.#keep(endpoint, look.state === "ready" ? { ...look, models: inOrder(before.models, [...others, ...one]) } : look);
  }

  /** A usual port that a person named is theirs, and not looked at twice. */
  #all(): Endpoint[] {
    const added = this.#deps.rows
      .endpoints()
      .map((row): Endpoint => ({ ...row, local: isLocal(row.url), origin: "added", likely: [], limitMs: addedLimitMs }));
    const places = this.#deps.places ?? usualPlaces;
    const taken = new Set(added.map(({ url }) => apiOf(url).replace("//localhost:", "//127.0.0.1:")));
    return [...added, ...places.filter(({ url }) => !taken.has(apiOf(url)))];
  }

  /** Keys are for what a person added: whoever listens on a usual port gets none. */
  async #keyOf(endpoint: Endpoint): Promise<string | null> {
    if (endpoint.origin === "found") return null;
    return (await this.#deps.keys.of(endpoint.id))[keyOf] ?? null;
  }
}

const waysOn: Record<Look["state"], string> = {
  ready: "Look again in Settings, Local models.",
  silent: "Start it, then send the prompt again.",
  refused: "Give its key in Settings, Local models.",
  odd: "See in Settings, Local models, whether this is its address.",
};

/** A model's name may have slashes of its own. */
function nameIn(modelId: string): string {
  return modelId.slice(modelId.indexOf("/") + 1);
}

function isLocal(url: string): boolean {
  const read = readAddress(url);
  return read.ok && read.value.local;
}

/** The models as they were ordered before; what wasn't there comes last. */
function inOrder(before: readonly ServedModel[], models: readonly ServedModel[]): ServedModel[] {
  const places = new Map(before.map(({ id }, at) => [id, at]));
  const place = ({ id }: ServedModel): number => places.get(id) ?? before.length;
  return models.toSorted((a, b) => place(a) - place(b));
}
