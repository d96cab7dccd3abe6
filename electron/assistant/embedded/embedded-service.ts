import path from "node:path";
import type { EmbeddedModels as View } from "../../../shared/contract/embedded-models.ts";
import { failure, type Failure } from "../../../shared/errors.ts";
import { newId } from "../../../shared/ids.ts";
import { ok, type Result } from "../../../shared/result.ts";
import type { Definition, Installs } from "../../agents/installs/installs.ts";
import type { Clock } from "../../lib/clock.ts";
import type { EmbeddedModelRow } from "../../store/local-models.ts";
import { modelIdOf, waysOn, type EmbeddedModels } from "./embedded-models.ts";
import type { HostFailure } from "./model-host.ts";
import { freeName, readPickedFile, sizeOf } from "./picked-file.ts";

export type EmbeddedServiceDeps = {
  rows: {
    embedded(): EmbeddedModelRow[];
    addEmbedded(row: EmbeddedModelRow): void;
    updateEmbedded(id: string, set: Partial<Pick<EmbeddedModelRow, "contextSize" | "threads">>): void;
    removeEmbedded(id: string, modelId: string): void;
  };
  models: EmbeddedModels;
  installs: Pick<Installs, "install" | "stop" | "remove" | "sweep" | "viewOf" | "binOf">;
  /** What serves them; null: there is none for this machine. */
  engine: Definition | null;
  clock: Clock;
  /** Somebody would see something else of them. */
  changed: () => void;
};

type Answer<C extends Failure["code"]> = Promise<Result<View, Failure<C>>>;
type Choice = { contextSize?: number | null | undefined; threads?: number | null | undefined };

/** What a person asks of the models that Hearth serves itself. */
export class EmbeddedService {
  readonly #deps: EmbeddedServiceDeps;
  /** File → its size when it was last seen; null: it was gone. */
  readonly #bytes = new Map<string, number | null>();

  constructor(deps: EmbeddedServiceDeps) {
    this.#deps = deps;
  }

  /** With the files as they are by now. */
  async get(): Promise<View> {
    const files = this.#deps.rows.embedded().map(({ file }) => file);
    await Promise.all(files.map((file) => this.#measure(file)));
    return this.known();
  }

  /** With the files as they were last seen. */
  known(): View {
    const { rows, models, installs, engine } = this.#deps;
    const program = engine && installs.binOf(engine.managed);
    return {
      engine: engine && installs.viewOf(engine, program && path.join(program, engine.programs[0] ?? "")),
      models: rows.embedded().map((row) => ({ ...models.view(row), ...this.#sizeOf(row.file) })),
    };
  }

  async installEngine(): Answer<"AGENT_INSTALL_FAILED" | "DISK_FULL"> {
    const { installs, engine } = this.#deps;
    if (!engine) return failure("AGENT_INSTALL_FAILED", "There is no node-llama-cpp for this machine");
    const installed = await installs.install(engine);
    return installed.ok ? ok(this.known()) : installed;
  }

  async stopInstall(): Promise<View> {
    const { installs, engine } = this.#deps;
    if (engine) await installs.stop(engine.managed);
    return this.known();
  }

  async removeEngine(): Promise<View> {
    const { installs, engine, models } = this.#deps;
    await models.unloadAll();
    if (engine) {
      await installs.remove(engine.managed);
      await installs.sweep();
    }
    return this.known();
  }

  /** The caller may go at any time, as for `update`. */
  async add(
    { file: text, ...choice }: { file: string } & Choice,
    caller: AbortSignal,
  ): Answer<"INPUT_INVALID" | "MODEL_ENGINE_MISSING" | "EMBEDDED_MODEL_EXISTS"> {
    const { rows, models, clock, changed } = this.#deps;
    const picked = await readPickedFile(text);
    if (!picked.ok) return failure("INPUT_INVALID", picked.error, { field: "file" });
    const { file, name, bytes } = picked.value;
    const isThere = (): boolean => rows.embedded().some((row) => row.file === file);
    const exists = failure("EMBEDDED_MODEL_EXISTS", `${name} is on the list`, { field: "file" });
    if (isThere()) return exists;
    const chosen = { contextSize: choice.contextSize ?? null, threads: choice.threads ?? null };
    const looked = await models.lookAt({ file, ...chosen }, caller);
    if (!looked.ok && isProgramMissing(looked.error)) return failure("MODEL_ENGINE_MISSING", wordsOf(looked.error));
    if (!looked.ok) return failure("INPUT_INVALID", looked.error.message, { field: "file" });
    // The look took a while.
    if (isThere()) return exists;
    const id = newId("emb", clock.now());
    const names = rows.embedded().map((row) => row.name);
    this.#bytes.set(file, bytes);
    rows.addEmbedded({ id, name: freeName(name, names), file, ...chosen, createdAt: clock.now() });
    models.hosted(id).looked(looked.value);
    changed();
    return ok(this.known());
  }

  /** What it needs then is looked at before; where that can't be told, it is changed all the same. */
  async update(id: string, { contextSize, threads }: Choice, caller: AbortSignal): Answer<"EMBEDDED_MODEL_NOT_FOUND"> {
    const { rows, models, changed } = this.#deps;
    const row = this.#find(id);
    if (!row) return none(id);
    const set = {
      contextSize: contextSize === undefined ? row.contextSize : contextSize,
      threads: threads === undefined ? row.threads : threads,
    };
    await this.#measure(row.file);
    const looked = await models.lookAt({ file: row.file, ...set }, caller);
    // The look took a while.
    if (!this.#find(id)) return none(id);
    if (caller.aborted) return ok(this.known());
    rows.updateEmbedded(id, set);
    models.hosted(id).looked(looked.ok ? looked.value : null);
    changed();
    return ok(this.known());
  }

  async remove(id: string): Answer<"EMBEDDED_MODEL_NOT_FOUND"> {
    const { rows, models, changed } = this.#deps;
    const row = this.#find(id);
    if (!row) return none(id);
    await models.forget(id);
    rows.removeEmbedded(id, modelIdOf(row));
    this.#bytes.delete(row.file);
    changed();
    return ok(this.known());
  }

  async load(
    id: string,
    anyway: boolean,
  ): Answer<"EMBEDDED_MODEL_NOT_FOUND" | "MODEL_ENGINE_MISSING" | "MODEL_MEMORY_SHORT" | "MODEL_LOAD_FAILED"> {
    const { models } = this.#deps;
    if (!this.#find(id)) return none(id);
    const hosted = models.hosted(id);
    const loaded = await hosted.load(anyway);
    if (loaded.ok) return ok(this.known());
    const { reason } = loaded.error;
    if (isProgramMissing(loaded.error)) return failure("MODEL_ENGINE_MISSING", wordsOf(loaded.error));
    if (reason === "memory") return failure("MODEL_MEMORY_SHORT", wordsOf(loaded.error), { data: { ...hosted.view.needs } });
    return failure("MODEL_LOAD_FAILED", wordsOf(loaded.error), { data: { reason } });
  }

  async unload(id: string): Answer<"EMBEDDED_MODEL_NOT_FOUND"> {
    if (!this.#find(id)) return none(id);
    await this.#deps.models.hosted(id).unload();
    return ok(this.known());
  }

  #sizeOf(file: string): { fileBytes?: number | null } {
    const bytes = this.#bytes.get(file);
    return bytes === undefined ? {} : { fileBytes: bytes };
  }

  async #measure(file: string): Promise<void> {
    this.#bytes.set(file, await sizeOf(file));
  }

  #find(id: string): EmbeddedModelRow | undefined {
    return this.#deps.rows.embedded().find((row) => row.id === id);
  }
}

function isProgramMissing({ reason }: HostFailure): boolean {
  return reason === "engine" || reason === "node";
}

function wordsOf({ reason, message }: HostFailure): string {
  return `${message}. ${waysOn[reason]}`;
}

function none(id: string): { ok: false; error: Failure<"EMBEDDED_MODEL_NOT_FOUND"> } {
  return failure("EMBEDDED_MODEL_NOT_FOUND", `There is no embedded model ${id}`, { field: "id" });
}
