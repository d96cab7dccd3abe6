import type { ServedModel } from "../../../../shared/contract/models.ts";
import * as z from "zod";
import type { Result } from "../../../../shared/result.ts";
import { hasHiddenCharacters } from "../../../../shared/visible-text.ts";
import type { AskedServer, AskFailure } from "../ask-json.ts";

/** What a server tells of one of its chat models. */
export type ToldModel = Omit<ServedModel, "id" | "endpointId" | "endpointName">;

/**
 * Asks a server by the API of its kind. With `only`, what costs a question a model is asked of that one alone; the
 * others are named all the same.
 */
export type ServerReader = (server: AskedServer, only: string | null) => Promise<Result<ToldModel[], AskFailure>>;

/** One that can't be read, or not be said, is left out: it must not take the others along. */
export const modelName = z
  .string()
  .min(1)
  .max(300)
  .refine((name) => !hasHiddenCharacters(name));

const maxModels = 200;

/** A list of which the entries that aren't of this shape are left out, and what is beyond 200. */
export function listOf<S extends z.ZodType>(entry: S) {
  return z.array(z.unknown()).transform((entries) =>
    entries.slice(0, maxModels).flatMap((one): z.infer<S>[] => {
      const read = entry.safeParse(one);
      return read.success ? [read.data] : [];
    }),
  );
}

/** Tokens; zero, or anything that isn't a number of them, is "not told". */
export const tokens = z.unknown().transform((told) => (Number.isSafeInteger(told) && Number(told) > 0 ? Number(told) : null));

/** A yes or no; anything else is "not told". */
export const told = z.boolean().nullable().catch(null);

/** A name for people; where there is none that can be shown, the server's own. */
export const label = z.string().min(1).max(300).optional().catch(undefined);

/** A model of which nothing but its name is known yet. */
export function named(name: string): ToldModel {
  return { name, label: name, window: null, loaded: null, tools: null, reasoning: null, slots: null };
}
