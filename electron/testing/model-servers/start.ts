import { startModelServer, type ModelReply, type ModelRequest, type ModelServer, type OwnAnswer } from "../model-server.ts";
import { llamaServer, llamaSwap } from "./llama-cpp.ts";
import { lmStudio, lmStudioBefore04 } from "./lm-studio.ts";
import { ollama } from "./ollama.ts";
import { plain, vllm } from "./vllm.ts";

/** A model as a stand-in serves it. */
export type StandInModel = {
  name: string;
  /** As it is loaded; 0 where it isn't, or where the server doesn't tell. */
  window?: number;
  /** The largest that it could have, which must never be taken for the window. */
  largest?: number;
  loaded?: boolean;
  tools?: boolean;
  reasoning?: boolean;
  slots?: number;
  embeds?: boolean;
};

export type StandInKind = keyof typeof apis;

/** What a stand-in answers a question of its server's own API; null: the real one has no such address. */
export type StandInApi = (asked: { method: string; url: URL; body: string }, models: StandInModel[]) => OwnAnswer | null;

const apis = {
  "llama-server": llamaServer(false),
  "llama-server-router": llamaServer(true),
  "llama-swap": llamaSwap,
  ollama,
  "lm-studio": lmStudio,
  "lm-studio-0.3": lmStudioBefore04,
  vllm,
  plain,
} satisfies Record<string, StandInApi>;

export type LocalModelServer = ModelServer & {
  /** Without `/v1`. */
  root: string;
  port: number;
  /** Each question, as `GET /props`, with its key where it had one. */
  asked: string[];
  serve(models: StandInModel[]): void;
};

type Options = {
  kind: StandInKind;
  models?: StandInModel[];
  /** Without it nothing is answered. */
  key?: string;
  reply?: (request: ModelRequest) => ModelReply;
};

/**
 * A stand-in for one of the servers that serve local models: its own API as its documentation shows it, and scripted
 * chat completions. Listens on a free port of loopback until `close`.
 */
export async function startLocalModelServer({ kind, models: first, key, reply }: Options): Promise<LocalModelServer> {
  let models = first ?? [{ name: "scripted-1", window: 8192, loaded: true, tools: true }];
  const asked: string[] = [];
  const server = await startModelServer(reply ?? (() => ({ text: ["Yes."] })), (question) => {
    asked.push(`${question.method} ${question.url.pathname}${question.url.search}${question.key ? ` (${question.key})` : ""}`);
    if (key !== undefined && question.key !== key)
      return { status: 401, body: { error: { message: `Incorrect API key provided: ${question.key}` } } };
    const told = apis[kind](question, models);
    // Chat completions are the script's.
    return told ?? (question.url.pathname === "/v1/chat/completions" ? null : { status: 404, body: { error: "Not found" } });
  });
  const root = server.url.replace(/\/v1$/, "");
  return { ...server, root, port: Number(new URL(root).port), asked, serve: (next) => void (models = next) };
}
