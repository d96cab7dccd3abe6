import * as z from "zod";

const side = z.object({ mode: z.enum(["100644", "100755", "120000"]), oid: z.string() }).nullable();

/** One file of a set that is written whole or not at all. */
export const journalEntry = z.object({
  path: z.string(),
  /** What the file was, byte for byte (a git blob's id), and what it becomes; null where there is none. */
  before: side,
  after: side,
});

export type JournalEntry = z.infer<typeof journalEntry>;
export type JournalSide = z.infer<typeof side>;
