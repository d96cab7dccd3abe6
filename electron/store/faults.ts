/**
 * What keeps the store from taking a write that is right in itself. `busy`: another process holds it, which passes;
 * `full` and `unwritable` last until somebody does something about the disk.
 */
export type StoreFault = "busy" | "full" | "unwritable";

const faults: readonly [RegExp, StoreFault][] = [
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, "busy"],
  [/^SQLITE_FULL/, "full"],
  [/^SQLITE_(READONLY|IOERR|CANTOPEN|PERM|NOMEM)/, "unwritable"],
];

/** The store's own fault in an error, or null where the error is anything else. */
export function storeFault(error: unknown): StoreFault | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return faults.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}

const words: Record<StoreFault, string> = {
  busy: "another program holds Hearth's database",
  full: "the disk is full",
  unwritable: "Hearth's database can't be written to",
};

/** The reason in words for a person, to stand behind "can't save: ". */
export function faultText(error: unknown): string {
  const fault = storeFault(error);
  if (fault) return words[fault];
  return error instanceof Error ? error.message : String(error);
}
