import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../lib/clock.ts";
import type { Tokens } from "../store/tokens.ts";

/**
 * Who a request comes from. Programs show a bearer token. A browser gets a one-time code in the fragment of its address
 * (fragments are in no request, log or Referer), changes it for a cookie that scripts can't read, and shows with each
 * call a second value that other pages don't have. Cookies know no ports, so ours is named after the port.
 */
export type Caller = { how: "bearer" | "page" } | { how: "nobody"; guessed: boolean };

export type SignIn = {
  /** A code for one exchange within ten minutes. */
  newCode(): string;
  /** Changes a code for what the browser keeps; null for one that is wrong, used or old. */
  exchange(code: string): { setCookie: string; csrf: string } | null;
  /** `guessed`: it showed a credential, and a wrong one. */
  identify(headers: IncomingHttpHeaders, kind: "call" | "upgrade" | "document"): Caller;
};

const codeMs = 10 * 60_000;
const browserMs = 30 * 24 * 3_600_000;
const maxCodes = 50;
export const browserToken = "browser";

export function createSignIn(deps: { tokens: Tokens; clock: Clock; port: number }): SignIn {
  const { tokens, clock } = deps;
  const cookieName = `hearth-${deps.port}`;
  const codes = new Map<string, number>();
  tokens.revokeNamed(browserToken, clock.now() - browserMs);

  function identifyCookie(secret: string): boolean {
    const token = tokens.find(secret);
    return token !== null && token.name === browserToken && clock.now() - token.createdAt < browserMs;
  }

  return {
    newCode() {
      const code = randomBytes(32).toString("base64url");
      codes.set(digest(code).toString("hex"), clock.now() + codeMs);
      for (const key of codes.keys()) if (codes.size > maxCodes) codes.delete(key);
      return code;
    },
    exchange(code) {
      const key = digest(code).toString("hex");
      const until = codes.get(key);
      codes.delete(key);
      if (until === undefined || until < clock.now()) return null;
      const { text } = tokens.create(browserToken);
      const setCookie = `${cookieName}=${text}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${browserMs / 1000}`;
      return { setCookie, csrf: csrfOf(text) };
    },
    identify(headers, kind) {
      const bearer = bearerOf(headers);
      if (bearer !== null) {
        const token = tokens.find(bearer);
        return token !== null && token.name !== browserToken ? { how: "bearer" } : { how: "nobody", guessed: true };
      }
      const secret = cookieOf(headers, cookieName);
      if (secret === null) return { how: "nobody", guessed: false };
      if (!identifyCookie(secret)) return { how: "nobody", guessed: true };
      // A WebSocket can carry no header of the page's, and was let in by its Origin; a document is only looked at.
      if (kind !== "call" || matches(headers["x-hearth-csrf"], csrfOf(secret))) return { how: "page" };
      return { how: "nobody", guessed: headers["x-hearth-csrf"] !== undefined };
    },
  };
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

/** Follows from the cookie, so nothing has to be remembered; the cookie can't be told from it. */
function csrfOf(secret: string): string {
  return digest(`csrf:${secret}`).toString("base64url");
}

function matches(shown: string | string[] | undefined, expected: string): boolean {
  return typeof shown === "string" && timingSafeEqual(digest(shown), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
