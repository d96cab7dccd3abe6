import path from "node:path";
import { Installs } from "../agents/installs/installs.ts";
import { EmbeddedModels } from "../assistant/embedded/embedded-models.ts";
import { EmbeddedService } from "../assistant/embedded/embedded-service.ts";
import { engineName, enginePins } from "../assistant/embedded/engine-pins.ts";
import { HelperModel } from "../assistant/helper/helper-model.ts";
import { ServerUse } from "../assistant/helper/server-use.ts";
import { LocalModels } from "../assistant/models/local-models.ts";
import { ModelsService } from "../assistant/models/models-service.ts";
import { ModelClient } from "../assistant/wire/model-client.ts";
import { Listeners } from "../lib/listeners.ts";
import { SealedValues } from "../lib/sealed-values.ts";
import { LocalModelRepository } from "../store/local-models.ts";
import { ProcessRepository } from "../store/processes.ts";
import type { Foundation } from "./foundation.ts";

/**
 * The models of this machine and of servers that a person added: `localModels` for who uses them, `models` for the person,
 * `helper` for what is asked of one beside the turns; `embedded` of them are served by Hearth itself. `node` runs programs.
 */
export function composeModels(base: Foundation, node: string) {
  const { options, store, clock, log, scope, settings } = base;
  const rows = new LocalModelRepository(store);
  const keys = new SealedValues({ file: path.join(options.dataDir, "model-keys.json"), vault: options.vault ?? null, log });
  const { embeddedModels, embeddedChanged, ...own } = composeEmbedded(base, rows, node);
  const localModels = new LocalModels({ rows, keys, clock, log, own: embeddedModels, signal: scope.signal });
  let before = "";
  embeddedChanged.on(() => {
    const now = JSON.stringify(embeddedModels.look());
    if (now !== before) localModels.chosen();
    before = now;
  });
  const serverUse = new ServerUse();
  const helper = new HelperModel({
    ...{ models: localModels, client: new ModelClient({ clock }), use: serverUse, clock, signal: scope.signal },
    choice: () => settings.value().helperModel,
  });
  const models = new ModelsService({ rows, keys, models: localModels, clock });
  return { localModels, serverUse, helper, models, embeddedModels, ...own };
}

/** Ended before the store closes, with the processes that hold models. */
function composeEmbedded(base: Foundation, rows: LocalModelRepository, node: string) {
  const { options, store, clock, log, scope, settings, shell, announce, updates } = base;
  const folder = path.join(options.dataDir, "models");
  const processes = new ProcessRepository(store);
  const embeddedChanged = new Listeners<null>((error) => log.error("embedded.listener", error));
  const managed = enginePins(process.platform, process.arch);
  const engine = managed && { label: engineName, programs: [engineName], managed };
  const moduleFolder = (): string | null => {
    const bin = installs.binOf(managed);
    return bin === null ? null : path.join(bin, "..", engineName);
  };
  const embeddedModels = new EmbeddedModels({
    ...{ rows, clock, processes, node, program: options.programs.modelHost, home: path.join(folder, "home") },
    engine: moduleFolder,
    shellEnv: async () => (await shell.get()).env,
    idleMs: () => {
      const { modelIdleMinutes } = settings.value();
      return modelIdleMinutes === null ? null : modelIdleMinutes * 60_000;
    },
    changed: embeddedChanged,
  });
  const installs = new Installs({
    ...{ shell, processes, clock, log, scope, root: path.join(folder, "engine") },
    programsInUse: () => embeddedModels.enginesInUse(),
    onChange: () => embeddedChanged.emit(null),
  });
  const changed = (): void => embeddedChanged.emit(null);
  const embedded = new EmbeddedService({ rows, models: embeddedModels, installs, engine, clock, changed });
  embeddedChanged.on(() => announce({ type: "embedded-models", embedded: embedded.known() }));
  updates.on(({ type }) => type === "settings" && embeddedModels.idleChanged());
  scope.add(() => embeddedModels.dispose());
  return { embeddedModels, embedded, embeddedChanged, sweepEngine: () => installs.sweep() };
}
