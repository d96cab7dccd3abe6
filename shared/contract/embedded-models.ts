import * as z from "zod";
import { fields } from "../fields.ts";
import { modelNeeds } from "../model-host-messages.ts";
import { agentInstall } from "./agent-parts.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";

/** A model in a file that a person picked, which Hearth serves itself. */
export const embeddedModel = z.object({
  id: z.string(),
  /** As an agent's choice names it: `embedded/NAME`. */
  modelId: z.string(),
  name: z.string(),
  file: z.string(),
  /**
   * As it was last seen, which is when it was added or changed, or somebody got the list. null: the file was gone; absent:
   * it wasn't looked at since Hearth began.
   */
  fileBytes: z.int().nullable().optional(),
  /** The window that was chosen, in tokens; null: as large as it is made for and memory has room for, up to 32,768. */
  contextSize: z.int().nullable(),
  /** null: one less than there are cores. */
  threads: z.int().nullable(),
  state: z.enum(["not-loaded", "loading", "loaded", "failed"]),
  /** While it is being loaded, from 0 to 1. */
  progress: z.number().nullable(),
  /** As it is in memory. */
  loaded: z.object({ contextSize: z.int(), threads: z.int(), isBusy: z.boolean() }).nullable(),
  /** What it was last seen to need; null: it wasn't looked at since Hearth began. */
  needs: modelNeeds.nullable(),
  /** Why it failed. Only where `memory` is too little can it be loaded anyway. */
  problem: z.object({ reason: z.enum(["engine", "node", "file", "memory", "load", "ended"]), message: z.string() }).nullable(),
});
export type EmbeddedModel = z.infer<typeof embeddedModel>;

export const embeddedModels = z.object({
  /** The program that serves them, `node-llama-cpp`; null: there is none for this machine. */
  engine: agentInstall.nullable(),
  models: z.array(embeddedModel),
});
export type EmbeddedModels = z.infer<typeof embeddedModels>;

const id = z.string().max(100);
const contextSize = z.int().min(512).max(4_194_304);
const threads = z.int().min(1).max(512);

export const embedded = {
  get: procedureWithoutInput(
    "GET",
    "/embedded-models",
    "Get the models that Hearth serves itself, and what it serves them with",
  ).output(embeddedModels),
  installEngine: procedureWithoutInput(
    "POST",
    "/embedded-models/engine/install",
    "Bring what serves models, node-llama-cpp, from npm; answers when it is there or was stopped",
  )
    .output(embeddedModels)
    .errors(errors("AGENT_INSTALL_FAILED", "DISK_FULL")),
  stopInstall: procedureWithoutInput(
    "POST",
    "/embedded-models/engine/stop",
    "Stop an install that goes on; nothing of it is kept",
  ).output(embeddedModels),
  removeEngine: procedureWithoutInput(
    "DELETE",
    "/embedded-models/engine",
    "Unload all models and delete what serves them; the models stay on the list",
  ).output(embeddedModels),
  add: procedure(
    "POST",
    "/embedded-models",
    "Add a model by its GGUF file, after a look at what it is and needs",
    fields({
      file: z.string().max(4096).describe("a path on this machine"),
      contextSize: contextSize.optional(),
      threads: threads.optional(),
    }),
  )
    .output(embeddedModels)
    .errors(errors("INPUT_INVALID", "MODEL_ENGINE_MISSING", "EMBEDDED_MODEL_EXISTS")),
  update: procedure(
    "PATCH",
    "/embedded-models/{id}",
    "Choose a model's window and threads; one that is loaded has them when it is loaded the next time",
    fields({ id, contextSize: contextSize.nullable().optional(), threads: threads.nullable().optional() }),
  )
    .output(embeddedModels)
    .errors(errors("EMBEDDED_MODEL_NOT_FOUND")),
  remove: procedure("DELETE", "/embedded-models/{id}", "Unload a model and take it off the list; its file stays", fields({ id }))
    .output(embeddedModels)
    .errors(errors("EMBEDDED_MODEL_NOT_FOUND")),
  load: procedure(
    "POST",
    "/embedded-models/{id}/load",
    "Load a model into memory; answers when it is there, or why it isn't",
    fields({ id, anyway: z.boolean().optional().describe("though it needs more memory than is free") }),
  )
    .output(embeddedModels)
    .errors(errors("EMBEDDED_MODEL_NOT_FOUND", "MODEL_ENGINE_MISSING", "MODEL_MEMORY_SHORT", "MODEL_LOAD_FAILED")),
  unload: procedure("POST", "/embedded-models/{id}/unload", "Give the memory of a model back, or stop loading it", fields({ id }))
    .output(embeddedModels)
    .errors(errors("EMBEDDED_MODEL_NOT_FOUND")),
};
