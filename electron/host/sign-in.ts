import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../lib/clock.ts";
import type { Tokens } from "../store/tokens.ts";

/**
 * Who a request comes from. Programs show a bearer token. A browser gets a one-time code in the fragment of its address
 * (fragments are in no request, log or Referer), changes it for a cookie that scripts can't read, and shows with each
 * call a second value that other pages don't have. Cookies know no ports: ours is named after the port, and since a
 * browser still hands it to whatever listens on another one, it is worth nothing without that second value, which
 * stays with the page's origin.
 */
export type Caller = { how: "bearer" | "page" } | { how: "nobody"; guessed: boolean };

const codeMs = 10 * 60_000;
const browserMs = 30 * 24 * 3_600_000;
const maxCodes = 50;
export const browserToken = "browser";

type SignInDeps = { tokens: Tokens; clock: Clock; port: number };

export class SignIn {
  readonly #tokens: Tokens;
  readonly #clock: Clock;
  readonly #cookieName: string;
  /** Digest of a code → until when it counts. */
  readonly #codes = new Map<string, number>();

  constructor({ tokens, clock, port }: SignInDeps) {
    this.#tokens = tokens;
    this.#clock = clock;
    this.#cookieName = `hearth-${port}`;
    tokens.revokeNamed(browserToken, clock.now() - browserMs);
  }

  /** A code for one exchange within ten minutes. */
  newCode(): string {
    const code = randomBytes(32).toString("base64url");
    this.#codes.set(digest(code).toString("hex"), this.#clock.now() + codeMs);
    for (const key of this.#codes.keys()) if (this.#codes.size > maxCodes) this.#codes.delete(key);
    return code;
  }

  /** Changes a code for what the browser keeps; null for one that is wrong, used or old. */
  exchange(code: string): { setCookie: string; csrf: string } | null {
    const key = digest(code).toString("hex");
    const until = this.#codes.get(key);
    this.#codes.delete(key);
    if (until === undefined || until < this.#clock.now()) return null;
    const { id, text } = this.#tokens.create(browserToken);
    const setCookie = `${this.#cookieName}=${text}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${browserMs / 1000}`;
    return { setCookie, csrf: csrfOf(id, text) };
  }

  /** `guessed`: it showed a credential, and a wrong one. */
  identify(headers: IncomingHttpHeaders, kind: "call" | "upgrade" | "document"): Caller {
    const bearer = bearerOf(headers);
    if (bearer !== null) {
      const token = this.#tokens.find(bearer);
      return token !== null && token.name !== browserToken ? { how: "bearer" } : { how: "nobody", guessed: true };
    }
    const secret = cookieOf(headers, this.#cookieName);
    if (secret === null) return { how: "nobody", guessed: false };
    const csrf = this.#csrfFor(secret);
    if (csrf === null) return { how: "nobody", guessed: true };
    // A document is only looked at. A page can give its WebSocket no header of its own, but names of protocols.
    const shown = kind === "upgrade" ? shownInProtocols(headers) : headers["x-hearth-csrf"];
    if (kind === "document" || matches(shown, csrf)) return { how: "page" };
    return { how: "nobody", guessed: shown !== undefined };
  }

  /** The page's second value, if the cookie is good; null otherwise. */
  #csrfFor(secret: string): string | null {
    const token = this.#tokens.find(secret);
    const good = token !== null && token.name === browserToken && this.#clock.now() - token.createdAt < browserMs;
    return good ? csrfOf(token.id, secret) : null;
  }
}

/** The token of an `Authorization: Bearer` header; null where there is none. */
export function bearerOf(headers: IncomingHttpHeaders): string | null {
  return /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? "")?.[1] ?? null;
}

function cookieOf(headers: IncomingHttpHeaders, name: string): string | null {
  for (const pair of (headers.cookie ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

/**
 * Follows from the cookie and the token's id, which never leaves the store: whoever has the cookie alone can't tell it,
 * and the cookie can't be told from it.
 */
function csrfOf(tokenId: string, secret: string): string {
  return digest(`csrf:${tokenId}:${secret}`).toString("base64url");
}

/** The value offered as `csrf.<value>` beside the protocol's own name. */
function shownInProtocols(headers: IncomingHttpHeaders): string | undefined {
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  return offered.find((name) => name.startsWith("csrf."))?.slice("csrf.".length);
}

function matches(shown: string | string[] | undefined, expected: string): boolean {
  return typeof shown === "string" && timingSafeEqual(digest(shown), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
