import { ORPCError } from "@orpc/server";
import { errorStatus, type Failure } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";

/**
 * A service's result as a handler's: the value (or `instead` of it, where a verb only tells that it was done), or the
 * failure as one of the contract's errors.
 */
export function answer<T>(work: Result<T, Failure> | Promise<Result<T, Failure>>): Promise<T>;
export function answer<T>(work: Result<null, Failure> | Promise<Result<null, Failure>>, instead: T): Promise<T>;
export async function answer<T>(work: Result<T, Failure> | Promise<Result<T, Failure>>, instead?: T): Promise<T> {
  const result = await work;
  if (result.ok) return instead ?? result.value;
  throw toError(result.error);
}

export function toError(failure: Failure): Error {
  const { code, message, field, data } = failure;
  const more = { ...data, ...(field === undefined ? {} : { field }) };
  return new ORPCError(code, { status: errorStatus[code], message, data: Object.keys(more).length > 0 ? more : undefined });
}
