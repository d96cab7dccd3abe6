import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { newId } from "../../shared/ids.ts";
import type { Store } from "./open.ts";

/**
 * Sole writer of `tokens`. A token has 256 random bits and is kept as its SHA-256 only: with that much entropy a slow
 * hash would add nothing. `name` says who it was given to.
 */
export type Token = { id: string; name: string; createdAt: number };

export type Tokens = ReturnType<typeof createTokens>;

type Row = { id: string; name: string; hash: Buffer; created_at: number };

const shape = /^[A-Za-z0-9_-]{43}$/;

export function createTokens(store: Store, now: () => number) {
  const { sqlite } = store;
  const insert = sqlite.prepare("INSERT INTO tokens (id, name, hash, created_at) VALUES (?, ?, ?, ?)");
  const valid = sqlite.prepare<[], Row>("SELECT id, name, hash, created_at FROM tokens WHERE revoked_at IS NULL");
  const revoke = sqlite.prepare("UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL");
  const revokeNamed = sqlite.prepare("UPDATE tokens SET revoked_at = ? WHERE name = ? AND created_at < ? AND revoked_at IS NULL");
  return {
    /** A new token; its text is not kept and can't be had again. */
    create(name: string): Token & { text: string } {
      const text = randomBytes(32).toString("base64url");
      const token = { id: newId("tok", now()), name, createdAt: now() };
      store.durably(() => insert.run(token.id, name, hashOf(text), token.createdAt));
      return { ...token, text };
    },
    /** Whose token it is; null for a wrong, revoked or malformed one. Compares in constant time. */
    find(text: string): Token | null {
      if (!shape.test(text)) return null;
      const hash = hashOf(text);
      let found: Token | null = null;
      // All are compared, also after a hit, so that the time tells nothing about which it was.
      for (const row of valid.all()) {
        if (timingSafeEqual(row.hash, hash)) found = { id: row.id, name: row.name, createdAt: row.created_at };
      }
      return found;
    },
    revoke(id: string): void {
      store.durably(() => revoke.run(now(), id));
    },
    /** Revokes the tokens of this name that were made before `beforeMs`. */
    revokeNamed(name: string, beforeMs: number): void {
      store.durably(() => revokeNamed.run(now(), name, beforeMs));
    },
  };
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
