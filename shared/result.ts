/** The outcome of something that can fail in an expected way. Surprises throw instead. */
export type Result<T, F> = { ok: true; value: T } | { ok: false; error: F };

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function fail<F>(error: F): { ok: false; error: F } {
  return { ok: false, error };
}

/** Marks a branch that the types say can't be reached. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
