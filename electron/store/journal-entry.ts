import * as z from "zod";

const side = z.object({ mode: z.enum(["100644", "100755", "120000"]), oid: z.string() }).nullable();

const entry = z.object({
  path: z.string(),
  /** What the file was, byte for byte (a git blob's id), and what it becomes; null where there is none. */
  before: side,
  after: side,
});

/** One file of a set that is written whole or not at all. */
export type JournalEntry = z.infer<typeof entry>;
export type JournalSide = z.infer<typeof side>;

export function isJournalEntries(value: unknown): value is JournalEntry[] {
  return z.array(entry).safeParse(value).success;
}
