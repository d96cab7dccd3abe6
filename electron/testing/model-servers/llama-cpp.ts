import type { StandInApi, StandInModel } from "./start.ts";

// llama.cpp's tools/server/README.md: /props, /slots, /v1/models; its router mode; llama-swap's README and configuration.

/** One model, or, as a router, several, each loaded or not. */
export function llamaServer(router: boolean): StandInApi {
  return ({ url }, models) => {
    const { pathname } = url;
    if (pathname === "/v1/models") return { body: { object: "list", data: models.map((one) => listed(one, router)) } };
    if (pathname === "/slots" && models[0]) return { body: [{ id: 0, n_ctx: models[0].window ?? 0, is_processing: false }] };
    if (pathname !== "/props") return null;
    if (!router) return models[0] ? { body: propsOf(models[0]) } : null;
    const wanted = url.searchParams.get("model");
    if (wanted === null) return { body: { ...propsOf({ name: "llama-server", window: 0 }), role: "router", max_instances: 4 } };
    const model = models.find(({ name }) => name === wanted);
    if (!model) return { status: 404, body: { error: { code: 404, message: "model not found", type: "not_found_error" } } };
    // A question that doesn't say otherwise loads the model, as the real one does.
    if (url.searchParams.get("autoload") !== "false") model.loaded = true;
    return model.loaded ? { body: propsOf(model) } : { status: 400, body: { error: { message: "model is not loaded" } } };
  };
}

/** Starts a model for whatever is asked of it: `/upstream/MODEL/…` too. */
export const llamaSwap: StandInApi = ({ url }, models) => {
  const { pathname } = url;
  if (pathname === "/running") {
    const running = models.filter(({ loaded }) => loaded);
    return { body: { running: running.map(({ name }) => ({ model: name, state: "ready", ttl: 0, cmd: "llama-server" })) } };
  }
  if (pathname === "/v1/models")
    return { body: { object: "list", data: models.map(({ name }) => ({ id: name, object: "model", owned_by: "llama-swap" })) } };
  const upstream = /^\/upstream\/(.+)\/props$/.exec(pathname);
  const model = models.find(({ name }) => name === decodeURIComponent(upstream?.[1] ?? ""));
  if (!model) return null;
  model.loaded = true;
  return { body: propsOf(model) };
};

function propsOf({ name, window = 0, tools = false, reasoning = false, slots = 1 }: StandInModel) {
  return {
    default_generation_settings: { id: 0, n_ctx: window, params: { temperature: 0.8, top_k: 40 } },
    total_slots: slots,
    model_alias: name,
    model_path: `/models/${name}.gguf`,
    chat_template: reasoning ? "{{ '<think>' }}" : "{{ messages }}",
    chat_template_caps: { supports_tools: tools, supports_tool_calls: tools, supports_system_role: true },
    modalities: { vision: false, audio: false },
    build_info: "b9010-d05fe1d7d",
    is_sleeping: false,
  };
}

function listed({ name, loaded, largest = 131_072 }: StandInModel, router: boolean) {
  const more = router
    ? { status: { value: loaded ? "loaded" : "unloaded", args: ["llama-server"] } }
    : { meta: { n_ctx_train: largest, n_params: 8_000_000_000 } };
  return { id: name, object: "model", owned_by: "llamacpp", created: 1_764_000_000, ...more };
}
