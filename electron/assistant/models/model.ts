import type { ServedModel, ServerKind } from "../../../shared/contract/models.ts";
import type { Sampling } from "../../../shared/sampling.ts";
import type { Result } from "../../../shared/result.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Look } from "./look.ts";

/** How requests reach the server of a model. `url` ends before `/chat/completions`. */
export type ModelRoute = {
  url: string;
  key: string | null;
  server: ServerKind;
  /** On this machine: a prompt may be read in for minutes without a word. */
  local: boolean;
};

export type UsableModel = { model: ServedModel; route: ModelRoute; sampling: Sampling };

/** `off`: the person switched it off. `gone`: its endpoint doesn't answer, or serves it no more. */
export type ModelFailure = { type: "unknown" | "off" | "gone"; message: string };

export type OnLoading = (share: number) => void;

/** Models that Hearth serves itself: one more endpoint, which has an address only while a model of it is loaded. */
export interface OwnServer {
  readonly endpoint: Endpoint;
  /** What is served there; null where nothing is. */
  look(): Look | null;
  /** As `Models.hold`. */
  hold(modelId: string): () => void;
  route(modelId: string, signal: AbortSignal, onLoading: OnLoading): Promise<Result<Omit<UsableModel, "sampling">, ModelFailure>>;
}

/** The models that there are, of every endpoint. */
export interface Models {
  /** Those that can be chosen, of the last look; starts nothing. */
  list(): ServedModel[];
  /** Asks all endpoints what they serve, unless that was done a moment ago. Nothing does so by a timer. */
  look(): Promise<void>;
  /**
   * With the window as it is by now: asks the server again. One that Hearth serves itself is loaded first where it isn't
   * in memory; `onLoading` is told how much of it is, from 0 to 1.
   */
  find(modelId: string, signal: AbortSignal, onLoading?: OnLoading): Promise<Result<UsableModel, ModelFailure>>;
  /** Whether `find` would first load it. */
  wouldLoad(modelId: string): boolean;
  /**
   * Keeps one that Hearth serves itself in memory although nothing is asked of it, from before it is loaded; returns what
   * ends that. Of others, their servers decide.
   */
  hold(modelId: string): () => void;
  /** `listener` is called after each look that changed something; returns what ends that. */
  onChange(listener: () => void): () => void;
}
