import type { ServedModel, ServerKind } from "../../../shared/contract/models.ts";
import type { AskedServer, AskFailure } from "./ask-json.ts";
import { apiOf, rootOf, type Endpoint } from "./endpoint.ts";

import { readLlamaServer } from "./servers/llama-server.ts";
import { readLlamaSwap } from "./servers/llama-swap.ts";
import { readLmStudio } from "./servers/lm-studio.ts";
import { readOllama } from "./servers/ollama.ts";
import type { ServerReader } from "./servers/told.ts";
import { readOther, readVllm } from "./servers/vllm.ts";

/** What came of asking an endpoint what it serves. */
export type Look = {
  state: "ready" | AskFailure["type"];
  /** Why it isn't ready. */
  problem: string | null;
  /** null: it didn't come to that. */
  server: ServerKind | null;
  models: ServedModel[];
};

/** In the order of trying: llama-server answers some of Ollama's questions too, and all of them those of the last. */
const readers: readonly [ServerKind, ServerReader][] = [
  ["llama-swap", readLlamaSwap],
  ["llama-server", readLlamaServer],
  ["lm-studio", readLmStudio],
  ["ollama", readOllama],
  ["vllm", readVllm],
  ["other", readOther],
];

/** A server that is in use may be busy for a moment. */
const usedLimitMs = 5000;

/**
 * Asks an endpoint what kind of server it is and what it serves. `only`: the one model that has to be known in full.
 * Throws where `signal` aborts.
 */
export async function lookAt(
  endpoint: Endpoint,
  { key, only, signal }: { key: string | null; only: string | null; signal: AbortSignal },
): Promise<Look> {
  const limitMs = only === null ? endpoint.limitMs : Math.max(endpoint.limitMs, usedLimitMs);
  const server: AskedServer = { root: rootOf(endpoint.url), url: apiOf(endpoint.url), key, limitMs, signal };
  let last: AskFailure = { type: "silent", message: "It wasn't asked" };
  for (const [kind, read] of inOrder(endpoint.likely)) {
    const told = await read(server, only);
    if (told.ok) {
      const models = told.value.map((model) => ({
        ...model,
        id: `${endpoint.id}/${model.name}`,
        endpointId: endpoint.id,
        endpointName: endpoint.name,
      }));
      return { state: "ready", problem: null, server: kind, models };
    }
    last = told.error;
    // Who doesn't answer one question, or not without a key, needs no other.
    if (last.type !== "odd") break;
  }
  return { state: last.type, problem: last.message, server: null, models: [] };
}

function inOrder(likely: readonly ServerKind[]): readonly [ServerKind, ServerReader][] {
  const first = readers.filter(([kind]) => likely.includes(kind));
  return [...first, ...readers.filter(([kind]) => !likely.includes(kind))];
}
