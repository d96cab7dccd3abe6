import type { StandInApi, StandInModel } from "./start.ts";

/** Ollama's docs/api.md: /api/version, /api/tags, /api/ps, /api/show, and the compatible /v1/models. */
export const ollama: StandInApi = ({ method, url, body }, models) => {
  const route = `${method} ${url.pathname}`;
  if (route === "GET /api/version") return { body: { version: "0.12.0" } };
  if (route === "GET /api/tags") return { body: { models: models.map(described) } };
  if (route === "GET /v1/models")
    return { body: { object: "list", data: models.map(({ name }) => ({ id: name, object: "model", owned_by: "library" })) } };
  if (route === "GET /api/ps") {
    const loaded = models.filter((one) => one.loaded);
    return {
      body: { models: loaded.map((one) => ({ ...described(one), size_vram: 5_333_539_264, context_length: one.window })) },
    };
  }
  if (route !== "POST /api/show") return null;
  const wanted: { model?: string } = JSON.parse(body);
  const model = models.find(({ name }) => name === wanted.model);
  if (!model) return { status: 404, body: { error: `model '${wanted.model}' not found` } };
  const { tools, reasoning, embeds, largest = 131_072 } = model;
  const can = ["completion", ...(tools ? ["tools"] : []), ...(reasoning ? ["thinking"] : [])];
  return {
    body: {
      details: described(model).details,
      model_info: { "general.architecture": "qwen3", "qwen3.context_length": largest },
      capabilities: embeds ? ["embedding"] : can,
    },
  };
};

function described({ name }: StandInModel) {
  const details = { format: "gguf", family: "qwen3", parameter_size: "8.2B", quantization_level: "Q4_K_M" };
  return { name, model: name, size: 6_591_830_464, digest: "c6eb396dbd59", details };
}
