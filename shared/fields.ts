import * as z from "zod";
import { nearest } from "./nearest.ts";

/**
 * An object of these fields and no others: for everything that comes in, because a field that isn't understood must
 * never count as left out. What is refused is named, with the field that was probably meant.
 */
export function fields<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, {
    error(issue) {
      if (issue.code !== "unrecognized_keys") return undefined;
      // `extend` takes this function along: the fields are those of the object that refused.
      const known = issue.inst instanceof z.ZodObject ? issue.inst.shape : shape;
      return issue.keys.map((name) => unknownField(name, Object.keys(known))).join("\n");
    },
  });
}

/** One line: names are written as JSON writes them. */
function unknownField(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return `There is no field ${JSON.stringify(name)} here${meant === null ? "" : `; did you mean ${meant}?`}`;
}
