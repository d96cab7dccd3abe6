const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Prefixes tell a reader of a log what an id names; callers treat ids as opaque. */
export type IdPrefix =
  | "prj"
  | "ses"
  | "wcp"
  | "chat"
  | "run"
  | "chk"
  | "perm"
  | "rule"
  | "qst"
  | "alarm"
  | "que"
  | "term"
  | "tok"
  | "app"
  | "asn"
  | "mep"
  | "emb";

/**
 * A new id: prefix, 48 bits of time in ms, 80 random bits, in Crockford base 32 (the layout of a ULID),
 * so ids of one kind sort by creation.
 */
export function newId(prefix: IdPrefix, nowMs: number): string {
  let time = "";
  let rest = nowMs;
  for (let i = 0; i < 10; i += 1) {
    time = alphabet[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  const random = crypto.getRandomValues(new Uint8Array(16));
  let tail = "";
  for (const byte of random) tail += alphabet[byte % 32];
  return `${prefix}_${time}${tail}`;
}
