import { asc, eq, sql } from "drizzle-orm";
import type { Sampling } from "../../shared/sampling.ts";
import type { Store } from "./open.ts";
import { embeddedModels, modelChoices, modelEndpoints } from "./tables/programs.ts";

export type EmbeddedModelRow = typeof embeddedModels.$inferSelect;
export type ModelEndpointRow = typeof modelEndpoints.$inferSelect;
type Choice = { isOff: boolean; sampling: Sampling };

/** Sole writer of `model_endpoints`, `embedded_models` and `model_choices`. */
export class LocalModelRepository {
  readonly #store;
  readonly #orm;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
  }

  endpoints(): ModelEndpointRow[] {
    return this.#orm.select().from(modelEndpoints).orderBy(asc(modelEndpoints.createdAt), asc(modelEndpoints.id)).all();
  }

  addEndpoint(row: ModelEndpointRow): void {
    this.#store.write(() => this.#orm.insert(modelEndpoints).values(row).run());
  }

  updateEndpoint(id: string, set: Partial<Pick<ModelEndpointRow, "name" | "url">>): void {
    this.#store.write(() => this.#orm.update(modelEndpoints).set(set).where(eq(modelEndpoints.id, id)).run());
  }

  /** With what was set for its models. */
  removeEndpoint(id: string): void {
    const ofIt = sql`substr(${modelChoices.modelId}, 1, ${id.length + 1}) = ${`${id}/`}`;
    this.#store.write(() => {
      this.#orm.delete(modelChoices).where(ofIt).run();
      this.#orm.delete(modelEndpoints).where(eq(modelEndpoints.id, id)).run();
    });
  }

  embedded(): EmbeddedModelRow[] {
    return this.#orm.select().from(embeddedModels).orderBy(asc(embeddedModels.createdAt), asc(embeddedModels.id)).all();
  }

  addEmbedded(row: EmbeddedModelRow): void {
    this.#store.write(() => this.#orm.insert(embeddedModels).values(row).run());
  }

  updateEmbedded(id: string, set: Partial<Pick<EmbeddedModelRow, "contextSize" | "threads">>): void {
    this.#store.write(() => this.#orm.update(embeddedModels).set(set).where(eq(embeddedModels.id, id)).run());
  }

  /** With what was set for it, which is kept by `modelId`. */
  removeEmbedded(id: string, modelId: string): void {
    this.#store.write(() => {
      this.#orm.delete(modelChoices).where(eq(modelChoices.modelId, modelId)).run();
      this.#orm.delete(embeddedModels).where(eq(embeddedModels.id, id)).run();
    });
  }

  /** Of a model that nothing was set for: on, with no sampling. */
  choiceOf(modelId: string): Choice {
    const row = this.#orm.select().from(modelChoices).where(eq(modelChoices.modelId, modelId)).get();
    return row ? { isOff: row.isOff, sampling: row.sampling } : { isOff: false, sampling: {} };
  }

  setChoice(modelId: string, choice: Choice): void {
    const insert = this.#orm.insert(modelChoices).values({ modelId, ...choice });
    this.#store.write(() => insert.onConflictDoUpdate({ target: modelChoices.modelId, set: choice }).run());
  }
}
