import { ORPCError } from "@orpc/server";
import type { Log } from "../../lib/log.ts";
import { faultText, storeFault } from "../../store/faults.ts";
import { StoreNotFree } from "../store-not-free.ts";

/** What every carrier does with a failed call: input that doesn't fit is named, a surprise is logged and kept to ourselves. */
type Call<T> = { next: () => Promise<T> };

export function onFailure(log: Log): <T>(call: Call<T>) => Promise<T> {
  return async (call) => {
    try {
      return await call.next();
    } catch (error) {
      throw presentFailure(error, log);
    }
  };
}

/** Anything a procedure throws → what the caller is told. */
export function presentFailure(error: unknown, log: Log): unknown {
  if (error instanceof ORPCError) return error.code === "BAD_REQUEST" ? inputInvalid(error.data) : error;
  if (isAbort(error)) return error;
  if (error instanceof StoreNotFree) return storeUnavailable(error.cause, "Nothing was changed", log);
  if (storeFault(error)) return storeUnavailable(error, "It may be done in part; look before you try again", log);
  log.error("rpc.unexpected", error);
  return new ORPCError("INTERNAL_SERVER_ERROR", {
    status: 500,
    message: "Something went wrong inside Hearth. What it was is in the log.",
    cause: error,
  });
}

function storeUnavailable(error: unknown, state: string, log: Log): ORPCError<"STORE_UNAVAILABLE", unknown> {
  log.error("rpc.store", error);
  return new ORPCError("STORE_UNAVAILABLE", { status: 503, message: `${state}: ${faultText(error)}.`, cause: error });
}

type Issue = { path: string; message: string };

function inputInvalid(data: unknown): ORPCError<"INPUT_INVALID", { field?: string; issues: Issue[] }> {
  const issues = issuesOf(data);
  const [first] = issues;
  const field = first && first.path !== "" ? first.path : undefined;
  const message = first ? (field ? `${field}: ${first.message}` : first.message) : "The request could not be read.";
  return new ORPCError("INPUT_INVALID", { status: 400, message, data: { ...(field ? { field } : {}), issues } });
}

/** oRPC's `data.issues` (Standard Schema) with paths as one dotted text, the way a person writes a field. */
function issuesOf(data: unknown): Issue[] {
  if (typeof data !== "object" || data === null || !("issues" in data) || !Array.isArray(data.issues)) return [];
  return data.issues.flatMap((issue: RawIssue) => presentIssue(issue, []));
}

function presentIssue(issue: RawIssue, above: readonly string[]): Issue[] {
  const path = [...above, ...(issue.path ?? []).map(segment)];
  if (issue.code === "unrecognized_keys" && issue.keys) {
    // `fields` says a line a field.
    const lines = issue.message.split("\n");
    return issue.keys.map((key, at) => ({ path: [...path, key].join("."), message: lines[at] ?? issue.message }));
  }
  const inside = closestOption(issue.errors ?? []);
  if (inside) return inside.flatMap((one) => presentIssue(one, path));
  return [{ path: path.join("."), message: inWords(issue) }];
}

/** Of the forms that an input may take, the one that it fits so far that only something inside it is wrong. */
function closestOption(options: readonly (readonly RawIssue[])[]): readonly RawIssue[] | null {
  return options.find((issues) => issues.length > 0 && issues.every((issue) => (issue.path ?? []).length > 0)) ?? null;
}

type RawIssue = {
  path?: readonly unknown[];
  message: string;
  code?: string;
  keys?: readonly string[];
  expected?: string;
  /** Of a union: what is wrong with each of its options. */
  errors?: readonly (readonly RawIssue[])[];
};

/** zod's own words for the two commonest mistakes read like a type checker's. */
function inWords({ code, message, expected }: RawIssue): string {
  if (code !== "invalid_type" || !expected) return message;
  if (message.endsWith("received undefined")) return `It is missing; ${expected} is expected`;
  return message.endsWith("received NaN") ? "It isn't a number" : message;
}

function segment(part: unknown): string {
  return typeof part === "object" && part !== null && "key" in part ? String(part.key) : String(part);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
