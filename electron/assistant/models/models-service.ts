import type { LocalModel, ModelEndpoint, ModelList } from "../../../shared/contract/models.ts";
import { failure, type Failure } from "../../../shared/errors.ts";
import { newId } from "../../../shared/ids.ts";
import { ok, type Result } from "../../../shared/result.ts";
import type { Sampling } from "../../../shared/sampling.ts";
import { isoTime, type Clock } from "../../lib/clock.ts";
import type { SealedValues } from "../../lib/sealed-values.ts";
import { readAddress, type Endpoint } from "./endpoint.ts";
import { keyOf, type AddedEndpoint, type LocalModels, type ModelChoice, type ModelRows } from "./local-models.ts";
import type { Look } from "./look.ts";
import { testModel } from "./test-model.ts";

/** What a person sets is kept in. */
export interface WrittenModelRows extends ModelRows {
  addEndpoint(row: AddedEndpoint & { createdAt: number }): void;
  updateEndpoint(id: string, set: { name?: string; url?: string }): void;
  removeEndpoint(id: string): void;
  setChoice(modelId: string, choice: ModelChoice): void;
}

export type ModelsServiceDeps = { rows: WrittenModelRows; keys: SealedValues; models: LocalModels; clock: Clock };

type Listed<C extends Failure["code"]> = Promise<Result<ModelList, Failure<C>>>;
type NewEndpoint = { url: string; name?: string | undefined; key?: string | undefined };
type EndpointChange = { url?: string | undefined; name?: string | undefined; key?: string | null | undefined };
type AddressFailure = Failure<"INPUT_INVALID" | "MODEL_ENDPOINT_EXISTS">;

/** What a person asks of local models: which there are, where else to look, and how each is used. */
export class ModelsService {
  readonly #deps: ModelsServiceDeps;

  constructor(deps: ModelsServiceDeps) {
    this.#deps = deps;
  }

  async list(): Promise<ModelList> {
    await this.#deps.models.look();
    return this.#list();
  }

  async lookAgain(): Promise<ModelList> {
    await this.#deps.models.lookAgain();
    return this.#list();
  }

  async addEndpoint({ url: text, name, key }: NewEndpoint): Listed<AddressFailure["code"]> {
    const { rows, keys, clock, models } = this.#deps;
    const address = this.#newAddress(text, null);
    if (!address.ok) return address;
    const id = newId("mep", clock.now());
    rows.addEndpoint({ id, url: address.value, name: name ?? new URL(address.value).host, createdAt: clock.now() });
    if (key !== undefined) await keys.set(id, keyOf, key);
    await models.lookAtOne(id);
    return ok(this.#list());
  }

  /** A key was given to one server: it isn't sent to another one because the address was changed. */
  async updateEndpoint(id: string, change: EndpointChange): Listed<AddressFailure["code"] | "MODEL_ENDPOINT_NOT_FOUND"> {
    const { rows, keys, models } = this.#deps;
    const before = rows.endpoints().find((row) => row.id === id);
    if (!before) return noEndpoint(id);
    const address = change.url === undefined ? ok(before.url) : this.#newAddress(change.url, id);
    if (!address.ok) return address;
    const moved = new URL(before.url).origin !== new URL(address.value).origin;
    if (change.key === null || moved) await keys.removeAll(id);
    rows.updateEndpoint(id, { url: address.value, name: change.name ?? before.name });
    if (typeof change.key === "string") await keys.set(id, keyOf, change.key);
    models.forget(id);
    await models.lookAtOne(id);
    return ok(this.#list());
  }

  async removeEndpoint(id: string): Listed<"MODEL_ENDPOINT_NOT_FOUND"> {
    const { rows, keys, models } = this.#deps;
    if (!rows.endpoints().some((row) => row.id === id)) return noEndpoint(id);
    await keys.removeAll(id);
    rows.removeEndpoint(id);
    models.forget(id);
    return ok(this.#list());
  }

  updateModel(
    id: string,
    change: { on?: boolean | undefined; sampling?: Sampling | undefined },
  ): Result<ModelList, Failure<"MODEL_NOT_FOUND">> {
    const { rows, models } = this.#deps;
    if (!models.known(id)) return noModel(id);
    const before = rows.choiceOf(id);
    rows.setChoice(id, {
      isOff: change.on === undefined ? before.isOff : !change.on,
      sampling: change.sampling ?? before.sampling,
    });
    models.chosen();
    return ok(this.#list());
  }

  /** One that is switched off, too: whether it answers may be what decides about it. */
  async test(id: string, signal: AbortSignal): Promise<Result<{ ms: number }, Failure<"MODEL_NOT_FOUND" | "MODEL_TEST_FAILED">>> {
    const { models, clock } = this.#deps;
    const routed = await models.route(id, signal);
    if (!routed.ok) {
      if (routed.error.type === "unknown") return noModel(id);
      return failure("MODEL_TEST_FAILED", routed.error.message);
    }
    const tested = await testModel(routed.value, clock, signal);
    return tested.ok ? tested : failure("MODEL_TEST_FAILED", tested.error);
  }

  /** An address as it is kept, that no other endpoint has. */
  #newAddress(text: string, ownId: string | null): Result<string, AddressFailure> {
    const read = readAddress(text);
    if (!read.ok) return failure("INPUT_INVALID", read.error, { field: "url" });
    const { url } = read.value;
    const taken = this.#deps.rows.endpoints().find((row) => row.url === url && row.id !== ownId);
    if (taken) return failure("MODEL_ENDPOINT_EXISTS", `${taken.name} has this address already`, { field: "url" });
    return ok(url);
  }

  #list(): ModelList {
    const { models } = this.#deps;
    const endpoints = models.endpoints().map(({ endpoint, look }) => this.#describe(endpoint, look));
    return { lookedAt: models.lookedAt === null ? null : isoTime(models.lookedAt), endpoints };
  }

  #describe({ id, name, url, origin, local }: Endpoint, look: Look | null): ModelEndpoint {
    const { rows, keys } = this.#deps;
    const described = look?.models.map((model): LocalModel => {
      const { isOff, sampling } = rows.choiceOf(model.id);
      return { ...model, on: !isOff, sampling };
    });
    return {
      ...{ id, name, url, origin, local },
      server: look?.server ?? null,
      state: look?.state ?? "unasked",
      problem: look?.problem ?? null,
      key: keys.describe(id, [keyOf])[0]?.state ?? "unset",
      models: described ?? [],
    };
  }
}

function noEndpoint(id: string): { ok: false; error: Failure<"MODEL_ENDPOINT_NOT_FOUND"> } {
  return failure("MODEL_ENDPOINT_NOT_FOUND", `There is no model server ${id} that was added`, { field: "id" });
}

function noModel(id: string): { ok: false; error: Failure<"MODEL_NOT_FOUND"> } {
  return failure("MODEL_NOT_FOUND", `There is no local model ${id}`, { field: "id" });
}
