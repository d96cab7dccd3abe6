import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { and, eq, isNull, lt } from "drizzle-orm";
import { newId } from "../../shared/ids.ts";
import type { Store } from "./open.ts";
import { tokens } from "./tables/programs.ts";

/** `name` says who it was given to. */
export type Token = { id: string; name: string; createdAt: number };

const shape = /^[A-Za-z0-9_-]{43}$/;

/**
 * Sole writer of `tokens`. A token has 256 random bits and is kept as its SHA-256 only: with that much entropy a slow
 * hash would add nothing.
 */
export class TokenRepository {
  readonly #store;
  readonly #now;
  readonly #valid;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#valid = store.orm.select().from(tokens).where(isNull(tokens.revokedAt)).prepare();
  }

  /** A new token; its text is not kept and can't be had again. */
  create(name: string): Token & { text: string } {
    const text = randomBytes(32).toString("base64url");
    const token = { id: newId("tok", this.#now()), name, createdAt: this.#now() };
    const insert = this.#store.orm.insert(tokens).values({ ...token, hash: hashOf(text) });
    this.#store.write(() => insert.run());
    return { ...token, text };
  }

  /** Whose token it is; null for a wrong, revoked or malformed one. Compares in constant time. */
  find(text: string): Token | null {
    if (!shape.test(text)) return null;
    const hash = hashOf(text);
    let found: Token | null = null;
    // All are compared, also after a hit, so that the time tells nothing about which it was.
    for (const { id, name, createdAt, hash: known } of this.#valid.all()) {
      if (timingSafeEqual(known, hash)) found = { id, name, createdAt };
    }
    return found;
  }

  revoke(id: string): void {
    this.#revoke(eq(tokens.id, id));
  }

  /** Revokes the tokens of this name that were made before `beforeMs`. */
  revokeNamed(name: string, beforeMs: number): void {
    this.#revoke(and(eq(tokens.name, name), lt(tokens.createdAt, beforeMs)));
  }

  #revoke(which: ReturnType<typeof and>): void {
    const revoke = this.#store.orm.update(tokens).set({ revokedAt: this.#now() });
    this.#store.write(() => revoke.where(and(which, isNull(tokens.revokedAt))).run());
  }
}

/** What others need of it. */
export type Tokens = Pick<TokenRepository, keyof TokenRepository>;

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
