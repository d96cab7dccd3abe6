import type { ServerKind } from "../../../shared/contract/models.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";

/** Where models are served. */
export type Endpoint = {
  id: string;
  name: string;
  /** As a person wrote it, without a slash at its end. */
  url: string;
  /** On this machine, by its address. */
  local: boolean;
  /** A usual port of this machine, a person's own, or Hearth itself. */
  origin: "found" | "added" | "embedded";
  /** The kinds of server that it most likely is, which are tried first. */
  likely: readonly ServerKind[];
  /** How long each of its answers may take, as the list is asked for. */
  limitMs: number;
};

/** A usual port that doesn't answer at once has no model server. */
const foundLimitMs = 500;
export const addedLimitMs = 5000;

/** The ports that the five servers listen on unless they are told otherwise. Nothing beyond loopback is looked at unasked. */
export const usualPlaces: readonly Endpoint[] = [
  placeAt(8080, ["llama-swap", "llama-server"]),
  placeAt(11_434, ["ollama"]),
  placeAt(1234, ["lm-studio"]),
  placeAt(8000, ["vllm"]),
];

export function placeAt(port: number, likely: readonly ServerKind[], limitMs = foundLimitMs): Endpoint {
  const url = `http://127.0.0.1:${port}`;
  return { id: `local-${port}`, name: `This machine, port ${port}`, url, local: true, origin: "found", likely, limitMs };
}

/** An address that a person gives, with or without its scheme, as it is kept; what is wrong with it in words. */
export function readAddress(text: string): Result<{ url: string; local: boolean }, string> {
  const trimmed = text.trim();
  const address = URL.parse(trimmed.includes("://") ? trimmed : `http://${trimmed}`);
  if (!address) return fail("This is no address. Write it as http://host:port");
  if (address.protocol !== "http:" && address.protocol !== "https:") return fail("An address begins with http:// or https://");
  if (address.username !== "" || address.password !== "") return fail("A key goes into its own field, not into the address");
  if (address.search !== "" || address.hash !== "") return fail("An address ends before ? and #");
  const url = `${address.origin}${address.pathname}`.replace(/\/+$/, "");
  return ok({ url, local: isLoopback(address.hostname) });
}

/** The whole of 127.0.0.0/8 is this machine; `URL` has written every other form of it so. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Where the OpenAI-compatible API begins: below `/v1`, unless the address has a path that says another place. */
export function apiOf(url: string): string {
  return new URL(url).pathname === "/" ? `${url}/v1` : url;
}

/** Where the server's own API begins. */
export function rootOf(url: string): string {
  return url.replace(/\/v1$/, "");
}
