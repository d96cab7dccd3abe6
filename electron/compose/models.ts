import path from "node:path";
import { LocalModels } from "../assistant/models/local-models.ts";
import { ModelsService } from "../assistant/models/models-service.ts";
import { SealedValues } from "../lib/sealed-values.ts";
import { LocalModelRepository } from "../store/local-models.ts";
import type { Foundation } from "./foundation.ts";

/** The models of this machine and of servers that a person added: `localModels` for who uses them, `models` for the person. */
export function composeModels({ options, store, clock, log, scope }: Foundation) {
  const rows = new LocalModelRepository(store);
  const keys = new SealedValues({ file: path.join(options.dataDir, "model-keys.json"), vault: options.vault ?? null, log });
  const localModels = new LocalModels({ rows, keys, clock, log, signal: scope.signal });
  return { localModels, models: new ModelsService({ rows, keys, models: localModels, clock }) };
}
