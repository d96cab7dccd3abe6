import type { OwnAnswer } from "../model-server.ts";
import type { StandInApi, StandInModel } from "./start.ts";

// LM Studio's documentation of its REST API: v1 since 0.4, v0 before. An address that it doesn't know is answered with 200.

export const lmStudio: StandInApi = ({ url }, models) => {
  if (url.pathname !== "/api/v1/models") return lmStudioBefore04({ method: "GET", url, body: "" }, models);
  return { body: { models: models.map(newer) } };
};

export const lmStudioBefore04: StandInApi = ({ method, url }, models) => {
  if (url.pathname === "/v1/chat/completions") return null;
  if (url.pathname === "/api/v0/models") return { body: { object: "list", data: models.map(older) } };
  if (url.pathname === "/v1/models")
    return { body: { object: "list", data: models.map(({ name }) => ({ id: name, owned_by: "organization_owner" })) } };
  return unknown(method, url);
};

function unknown(method: string, url: URL): OwnAnswer {
  return { body: { error: `Unexpected endpoint or method. (${method} ${url.pathname})` } };
}

function newer({ name, window, largest = 131_072, loaded, tools = false, reasoning, embeds }: StandInModel) {
  return {
    type: embeds ? "embedding" : "llm",
    publisher: "qwen",
    key: name,
    display_name: `${name} (display)`,
    quantization: { name: "Q4_K_M", bits_per_weight: 4 },
    loaded_instances: loaded ? [{ id: name, config: { context_length: window, parallel: 4 } }] : [],
    max_context_length: largest,
    format: "gguf",
    ...(embeds
      ? {}
      : {
          capabilities: {
            vision: false,
            trained_for_tool_use: tools,
            ...(reasoning ? { reasoning: { allowed_options: ["off", "on"], default: "on" } } : {}),
          },
        }),
  };
}

function older({ name, window, largest = 131_072, loaded, tools, embeds }: StandInModel) {
  return {
    id: name,
    object: "model",
    type: embeds ? "embeddings" : "llm",
    publisher: "qwen",
    arch: "qwen3",
    compatibility_type: "gguf",
    quantization: "Q4_K_M",
    state: loaded ? "loaded" : "not-loaded",
    max_context_length: largest,
    ...(loaded ? { loaded_context_length: window } : {}),
    ...(tools ? { capabilities: ["tool_use"] } : {}),
  };
}
