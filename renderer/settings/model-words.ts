import type { AgentKey } from "../../shared/contract/agent-parts.ts";
import type { LocalModel, ModelEndpoint, ServerKind } from "../../shared/contract/models.ts";
import type { DotState } from "../ui/state-dot.tsx";

/** By the name that its makers give it. */
export const serverNames: Record<ServerKind, string> = {
  "llama-server": "llama-server",
  "llama-swap": "llama-swap",
  ollama: "Ollama",
  "lm-studio": "LM Studio",
  vllm: "vLLM",
  embedded: "node-llama-cpp",
  other: "OpenAI-compatible",
};

export const endpointStates: Record<ModelEndpoint["state"], { dot: DotState; word: string }> = {
  ready: { dot: "idle", word: "Ready" },
  silent: { dot: "failed", word: "No answer" },
  refused: { dot: "failed", word: "Refused" },
  odd: { dot: "failed", word: "No model server" },
  unasked: { dot: "unknown", word: "Not asked yet" },
};

export const keyWords: Record<AgentKey["state"], string | null> = {
  unset: null,
  kept: "Its key is kept in the keyring",
  "this-run": "Its key is known until Hearth ends: there is no keyring here",
  locked: "Its key is in a keyring that can’t be opened here",
};

/** What is known of a model, in a line; what its server doesn't tell is said of the window only, which matters most. */
export function factsOf({ window, loaded, tools, reasoning, slots, sampling }: LocalModel): string {
  const set = Object.keys(sampling).length;
  return [
    window === null ? "window unknown" : `window of ${window.toLocaleString("en")} tokens`,
    loaded === null ? null : loaded ? "loaded" : "not loaded",
    tools === null ? null : tools ? "tools" : "no tools",
    reasoning ? "reasons" : null,
    slots !== null && slots > 1 ? `${slots} at once` : null,
    set > 0 ? `${set} of its sampling set` : null,
  ]
    .filter((fact) => fact !== null)
    .join(" · ");
}

/** 42 → "42 ms", 4_200 → "4.2 s", 65_000 → "1 min 5 s". */
export function testTime(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
