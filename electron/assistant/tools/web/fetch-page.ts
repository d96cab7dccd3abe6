import { lookup } from "node:dns/promises";
import http from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { pipeline } from "node:stream/promises";
import { callbackify } from "node:util";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { ok, type Result } from "../../../../shared/result.ts";
import { fault } from "../fault.ts";
import type { ToolFault } from "../tool.ts";
import { isPublicAddress } from "./public-address.ts";

/** How names become addresses, and which of these may be reached; tests have a network of their own. */
export type Network = { resolve(host: string): Promise<string[]>; isAllowed(address: string): boolean };

export const publicNetwork: Network = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  isAllowed: isPublicAddress,
};

export type Page = { url: string; type: string; charset: string; body: Buffer };
/** `elsewhere`: it leads to another host, which is another thing to be allowed. */
export type Fetched = { kind: "page"; page: Page } | { kind: "elsewhere"; url: string };

const maxBytes = 4 * 1024 * 1024;
const maxRedirects = 5;
const limitMs = 30_000;

/**
 * Fetches a page of the public internet. The address that a name stands for is judged as the connection is made, so that
 * it can't be another one by then; redirects are followed on the same host, and judged like the first request.
 */
export async function fetchPage(address: URL, network: Network, signal: AbortSignal): Promise<Result<Fetched, ToolFault>> {
  const limit = AbortSignal.timeout(limitMs);
  let url = address;
  try {
    for (let hops = 0; hops <= maxRedirects; hops += 1) {
      const response = await request(url, network, AbortSignal.any([signal, limit]));
      const next = redirectOf(response, url);
      if (!next) return await pageOf(response, url);
      response.destroy();
      if (next.host !== address.host || !/^https?:$/.test(next.protocol)) return ok({ kind: "elsewhere", url: next.href });
      url = next;
    }
    return fault("EXECUTION_FAILED", "It leads from one address to the next without an end.");
  } catch (error) {
    if (error instanceof NotPublic) return fault("POLICY_VIOLATION", error.message);
    if (signal.aborted) return fault("CANCELLED", "Stopped");
    if (limit.aborted) return fault("TIMED_OUT", `${url.host} took longer than ${limitMs / 1000} s.`);
    return fault("EXECUTION_FAILED", `${url.host}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

class NotPublic extends Error {
  constructor(host: string) {
    super(`${host} is not on the public internet.`);
  }
}

function request(url: URL, network: Network, signal: AbortSignal): Promise<http.IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !network.isAllowed(host)) throw new NotPublic(url.hostname);
  const headers = {
    accept: "text/html,text/*;q=0.9,application/json;q=0.8",
    "user-agent": "Hearth",
    "accept-encoding": "gzip, br",
  };
  const options = { headers, signal, agent: false, lookup: judged(network), maxHeaderSize: 32 * 1024 };
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === "https:" ? https : http).get(url, options, resolve);
    sent.on("error", reject);
  });
}

function judged(network: Network): LookupFunction {
  const find = callbackify((host: string) => allowedAddresses(network, host));
  return (host, { all }, done) =>
    find(host, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) done(error ?? new NotPublic(host), "");
      else if (all) done(null, addresses);
      else done(null, first.address, first.family);
    });
}

/** One address that isn't allowed refuses the name: which one is taken is not ours to say. */
async function allowedAddresses(network: Network, host: string): Promise<{ address: string; family: number }[]> {
  const addresses = await network.resolve(host);
  if (!addresses.every((each) => network.isAllowed(each))) throw new NotPublic(host);
  return addresses.map((address) => ({ address, family: isIP(address) }));
}

function redirectOf({ statusCode = 0, headers }: http.IncomingMessage, url: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return null;
  return URL.parse(headers.location, url.href);
}

async function pageOf(response: http.IncomingMessage, url: URL): Promise<Result<Fetched, ToolFault>> {
  const { statusCode = 0, headers } = response;
  if (statusCode < 200 || statusCode > 299) {
    response.destroy();
    return fault("EXECUTION_FAILED", `${url.host} answered ${statusCode} ${response.statusMessage ?? ""}`.trim());
  }
  const body = await bodyOf(response);
  if (!body) return fault("EXECUTION_FAILED", `The page is larger than ${maxBytes / 1024 / 1024} MB.`);
  const [type = "", ...parameters] = (headers["content-type"] ?? "text/html").split(";").map((part) => part.trim().toLowerCase());
  const charset =
    parameters
      .find((each) => each.startsWith("charset="))
      ?.slice(8)
      .replaceAll('"', "") ?? "utf-8";
  return ok({ kind: "page", page: { url: url.href, type, charset, body } });
}

/** Null where it is too large, unpacked. */
async function bodyOf(response: http.IncomingMessage): Promise<Buffer | null> {
  const unpack = { gzip: createGunzip, br: createBrotliDecompress, deflate: createInflate }[
    response.headers["content-encoding"] ?? ""
  ];
  const parts: Buffer[] = [];
  let bytes = 0;
  const gather = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const part of source) {
      bytes += part.length;
      if (bytes > maxBytes) throw new TooLarge();
      parts.push(part);
    }
  };
  try {
    if (unpack) await pipeline(response, unpack(), gather);
    else await pipeline(response, gather);
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
  return Buffer.concat(parts);
}

class TooLarge extends Error {}
