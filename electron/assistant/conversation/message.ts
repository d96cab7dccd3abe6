import * as z from "zod";
import { compaction } from "../context/compaction.ts";
import { keptPersona } from "./kept-persona.ts";

const call = z.object({
  id: z.string(),
  name: z.string(),
  /** JSON, as the model wrote it. */
  arguments: z.string(),
});
export type Call = z.infer<typeof call>;

/** What the model was told of the turn behind the person's words, as far as it differed from what it knew. */
const told = z.object({ mode: z.string().optional(), date: z.string().optional() });
export type Told = z.infer<typeof told>;

/** One message between Hearth and a model, as it stands in every request from now on. */
export const message = z.discriminatedUnion("role", [
  z.object({
    role: z.literal("user"),
    text: z.string(),
    told: told.optional(),
    /** The persona that a person's prompt asks for, null for none; absent in what Hearth says itself. */
    persona: z.string().nullable().optional(),
    /** What it said; absent beside a persona of an earlier Hearth, too. */
    kept: keptPersona.optional(),
  }),
  z.object({ role: z.literal("assistant"), text: z.string(), calls: z.array(call) }),
  z.object({
    role: z.literal("tool"),
    callId: z.string(),
    name: z.string(),
    text: z.string(),
    failed: z.literal(true).optional(),
  }),
]);
export type Message = z.infer<typeof message>;

/**
 * A line of the stored conversation: a message, what stands before all of them for windows of one size, or which of those
 * up to here are still sent.
 */
export const line = z.union([
  message,
  z.object({ role: z.literal("system"), compact: z.boolean(), text: z.string() }),
  compaction.extend({ role: z.literal("compacted") }),
]);
export type Line = z.infer<typeof line>;
