import type { ModelRoute } from "../models/model.ts";
import type { RequestError } from "../wire/model-client.ts";

type Failed = Extract<RequestError, { type: "failed" }>;

/** Servers have no common code for it: each says it in words of its own. */
const tooLong =
  /context (size|length|window)|exceed_context|exceeds the available context|maximum context|too many tokens|prompt is too long/i;
const notLoaded = /model.{0,40}(not (found|loaded|available)|unloaded)|no models? (is )?loaded|failed to load/i;

/** What the person can do about a request that failed; empty where the server's own words say it. */
export function wayOn({ kind, status, message }: Failed, { local, server }: Pick<ModelRoute, "local" | "server">): string {
  if (server === "embedded" && kind === "unreachable")
    return "Its process ended. Send a prompt to go on: the model is loaded again, and what was done until here is kept.";
  if (kind === "unreachable")
    return local
      ? "Start it again, then send a prompt to go on: what was done until here is kept."
      : "See whether it runs and can be reached from here, then send a prompt to go on.";
  if (kind === "stalled") return "See what the server is doing, then send a prompt to go on.";
  if (kind !== "refused") return "See in Settings, Local models, whether this is the right address.";
  if (tooLong.test(message)) return "Load the model with a larger window, or start a new chat.";
  if (status === 404 || notLoaded.test(message)) return "Load the model in its server, or choose another one.";
  if (status === 401 || status === 403) return "Give its key in Settings, Local models.";
  if (status === 429 || status === 503) return "The server has no room for this now. Wait, then send the prompt again.";
  return "";
}
