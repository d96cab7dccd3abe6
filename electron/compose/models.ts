import path from "node:path";
import { HelperModel } from "../assistant/helper/helper-model.ts";
import { ServerUse } from "../assistant/helper/server-use.ts";
import { LocalModels } from "../assistant/models/local-models.ts";
import { ModelsService } from "../assistant/models/models-service.ts";
import { ModelClient } from "../assistant/wire/model-client.ts";
import { SealedValues } from "../lib/sealed-values.ts";
import { LocalModelRepository } from "../store/local-models.ts";
import type { Foundation } from "./foundation.ts";

/**
 * The models of this machine and of servers that a person added: `localModels` for who uses them, `models` for the person,
 * `helper` for what is asked of one beside the turns.
 */
export function composeModels({ options, store, clock, log, scope, settings }: Foundation) {
  const rows = new LocalModelRepository(store);
  const keys = new SealedValues({ file: path.join(options.dataDir, "model-keys.json"), vault: options.vault ?? null, log });
  const localModels = new LocalModels({ rows, keys, clock, log, signal: scope.signal });
  const serverUse = new ServerUse();
  const helper = new HelperModel({
    ...{ models: localModels, client: new ModelClient({ clock }), use: serverUse, clock, signal: scope.signal },
    choice: () => settings.value().helperModel,
  });
  return { localModels, serverUse, helper, models: new ModelsService({ rows, keys, models: localModels, clock }) };
}
