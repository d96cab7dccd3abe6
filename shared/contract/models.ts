import * as z from "zod";
import { fields } from "../fields.ts";
import { isoTime } from "../run-event.ts";
import { sampling } from "../sampling.ts";
import { agentKey } from "./agent-parts.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";

/** What serves a model, by which its own API is known; `embedded`: Hearth itself; `other`: only the OpenAI-compatible one is. */
export const serverKind = z.enum(["llama-server", "llama-swap", "ollama", "lm-studio", "vllm", "embedded", "other"]);
export type ServerKind = z.infer<typeof serverKind>;

/** A chat model as its server told of it the last time it was asked. `null` is "the server doesn't tell". */
export const servedModel = z.object({
  /** `ENDPOINT/MODEL`, unique among all; what a person's choice names. */
  id: z.string(),
  endpointId: z.string(),
  /** As a person calls the endpoint. */
  endpointName: z.string(),
  /** As the server calls it. */
  name: z.string(),
  label: z.string(),
  /** Tokens of prompt and answer together, as the model is loaded. Never guessed. */
  window: z.int().nullable(),
  /** In memory by now. */
  loaded: z.boolean().nullable(),
  tools: z.boolean().nullable(),
  reasoning: z.boolean().nullable(),
  /** Requests that it serves at once. */
  slots: z.int().nullable(),
});
export type ServedModel = z.infer<typeof servedModel>;

export const localModel = servedModel.extend({
  /** false: the person switched it off, and it is offered nowhere. */
  on: z.boolean(),
  sampling,
});
export type LocalModel = z.infer<typeof localModel>;

export const modelEndpoint = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  /** `found` on a usual port of this machine, `added` by its address, or Hearth itself (`embedded`), which has none. */
  origin: z.enum(["found", "added", "embedded"]),
  /** On this machine, by its address. */
  local: z.boolean(),
  /** null: what it is isn't known, or not by now. */
  server: serverKind.nullable(),
  /** `silent`: nobody answers; `refused`: not with this key; `odd`: what answers is no model server. */
  state: z.enum(["ready", "silent", "refused", "odd", "unasked"]),
  problem: z.string().nullable(),
  key: agentKey.shape.state,
  models: z.array(localModel),
});
export type ModelEndpoint = z.infer<typeof modelEndpoint>;

export const modelList = z.object({ lookedAt: isoTime.nullable(), endpoints: z.array(modelEndpoint) });
export type ModelList = z.infer<typeof modelList>;

/** Of one token: that the model answers, and how long that took, with loading it where it wasn't. */
export const modelTest = z.object({ ms: z.int() });

const address = z.string().max(1000);
const name = z.string().trim().min(1).max(100);
const key = z.string().trim().min(1).max(10_000);

export const models = {
  list: procedureWithoutInput(
    "GET",
    "/local-models",
    "List where local models are served and which; asks their servers, unless that was done a moment ago",
  ).output(modelList),
  look: procedureWithoutInput("POST", "/local-models/look", "Ask all model servers again what they serve").output(modelList),
  addEndpoint: procedure(
    "POST",
    "/local-models/endpoints",
    "Add a model server by its address, and ask it what it serves",
    fields({
      url: address.describe("of an OpenAI-compatible server; without a scheme it is http"),
      name: name.optional().describe("else its host"),
      key: key.optional().describe("sent to this server alone, and never shown again"),
    }),
  )
    .output(modelList)
    .errors(errors("INPUT_INVALID", "MODEL_ENDPOINT_EXISTS")),
  updateEndpoint: procedure(
    "PATCH",
    "/local-models/endpoints/{id}",
    "Change a model server that was added; at another origin it needs its key anew",
    fields({
      id: z.string(),
      url: address.optional(),
      name: name.optional(),
      key: key.nullable().optional().describe("null takes it away"),
    }),
  )
    .output(modelList)
    .errors(errors("INPUT_INVALID", "MODEL_ENDPOINT_NOT_FOUND", "MODEL_ENDPOINT_EXISTS")),
  removeEndpoint: procedure(
    "DELETE",
    "/local-models/endpoints/{id}",
    "Take a model server that was added off the list, with its key and what was set for its models",
    fields({ id: z.string() }),
  )
    .output(modelList)
    .errors(errors("MODEL_ENDPOINT_NOT_FOUND")),
  updateModel: procedure(
    "PATCH",
    "/local-models/model",
    "Switch a local model on or off, or set its sampling as a whole",
    fields({
      id: z.string().max(1000).describe("ENDPOINT/MODEL, as it was listed"),
      on: z.boolean().optional(),
      sampling: sampling.optional().describe("what isn't set isn't sent"),
    }),
  )
    .output(modelList)
    .errors(errors("MODEL_NOT_FOUND")),
  test: procedure(
    "POST",
    "/local-models/test",
    "Ask a local model for one token, and tell how long that took",
    fields({ id: z.string().max(1000).describe("ENDPOINT/MODEL, as it was listed") }),
  )
    .output(modelTest)
    .errors(errors("MODEL_NOT_FOUND", "MODEL_TEST_FAILED")),
};
