import type { Result } from "../../../shared/result.ts";

/** What serves a model, by which its own API is known; `other`: only the OpenAI-compatible one is. */
export type ServerKind = "llama-server" | "llama-swap" | "ollama" | "lm-studio" | "vllm" | "other";

/** A chat model as its server told of it the last time it was asked. `null` is "the server doesn't tell". */
export type ServedModel = {
  /** `ENDPOINT/MODEL`, unique among all; what a person's choice names. */
  id: string;
  endpointId: string;
  /** As the server calls it. */
  name: string;
  label: string;
  /** Tokens of prompt and answer together, as the model is loaded. Never guessed. */
  window: number | null;
  /** In memory by now. */
  loaded: boolean | null;
  tools: boolean | null;
  reasoning: boolean | null;
  /** Requests that it serves at once. */
  slots: number | null;
};

/** How requests reach the server of a model. `url` ends before `/chat/completions`. */
export type ModelRoute = {
  url: string;
  key: string | null;
  server: ServerKind;
  /** On this machine: a prompt may be read in for minutes without a word. */
  local: boolean;
};

/** Sampling as a request sends it; what isn't set isn't sent. */
export type Sampling = {
  temperature?: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
  presence_penalty?: number;
  frequency_penalty?: number;
  repeat_penalty?: number;
  top_n_sigma?: number;
  xtc_probability?: number;
  xtc_threshold?: number;
  typical_p?: number;
  dry_multiplier?: number;
  dry_base?: number;
  dry_allowed_length?: number;
  dry_penalty_last_n?: number;
  reasoning?: "on" | "off" | "auto";
  /** Tokens. */
  reasoning_budget?: number;
};

export type UsableModel = { model: ServedModel; route: ModelRoute; sampling: Sampling };

/** `off`: the person switched it off. `gone`: its endpoint doesn't answer, or serves it no more. */
export type ModelFailure = { type: "unknown" | "off" | "gone"; message: string };

/** The models that there are, of every endpoint. */
export interface Models {
  /** Those that can be chosen, of the last look; starts nothing. */
  list(): ServedModel[];
  /** Asks all endpoints what they serve, unless that was done a moment ago. Nothing does so by a timer. */
  look(): Promise<void>;
  /** With the window as it is by now: asks the server again. */
  find(modelId: string, signal: AbortSignal): Promise<Result<UsableModel, ModelFailure>>;
  /** `listener` is called after each look that changed something; returns what ends that. */
  onChange(listener: () => void): () => void;
}
