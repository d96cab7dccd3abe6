import { oc, type HTTPMethod } from "@orpc/contract";
import type * as z from "zod";
import { fields } from "../fields.ts";

/**
 * The one way to write a procedure: its route, what it does in a line (for the API's reference), and its input. The
 * type takes strict objects only (see `fields`): a misspelled `dryrun` would do the thing instead of showing it.
 */
export function procedure<S extends z.core.$ZodShape>(
  method: HTTPMethod,
  path: `/${string}`,
  summary: string,
  input: z.ZodObject<S, z.core.$strict>,
) {
  return oc.route({ method, path, summary }).input(input);
}

/** A procedure that takes nothing: no input at all, or an empty object. */
export function procedureWithoutInput(method: HTTPMethod, path: `/${string}`, summary: string) {
  return oc.route({ method, path, summary }).input(nothing);
}

const nothing = fields({}).optional();
