import { RequestError } from "@agentclientprotocol/sdk/unstable";
import type { AgentFailure } from "../port.ts";

/** The protocol's "sign in first", which many agents also say of a model that refused, or of anything. */
export const authRequired = -32000;

/** An agent's error answer in our words. Its text may be long, or hold the model server's whole page. */
export function failureOf(error: unknown, doing: string): AgentFailure {
  if (!(error instanceof RequestError)) {
    return {
      type: "failed",
      message: `${doing} failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 2000),
    };
  }
  const details = detailsOf(error.data);
  const message = details && !error.message.includes(details) ? `${error.message}: ${details}` : error.message;
  return { type: "failed", message: message.slice(0, 2000), diagnostics: { code: error.code, doing } };
}

function detailsOf(data: unknown): string | null {
  if (typeof data === "string") return data;
  if (typeof data !== "object" || data === null) return null;
  if ("details" in data && typeof data.details === "string") return data.details;
  return "message" in data && typeof data.message === "string" ? data.message : null;
}
