import * as z from "zod";

// What the core and the model host say to each other: an order on its first line of input, reports on its lines of output.

export const modelOrder = z.object({
  /** `look`: only say what the file is and what it needs. */
  task: z.enum(["look", "serve"]),
  /** The folder of the package `node-llama-cpp`. */
  engine: z.string(),
  file: z.string(),
  /** null: as much as the model was made for and memory has room for, up to a limit. */
  contextSize: z.int().nullable(),
  /** null: one less than there are cores that compute. */
  threads: z.int().nullable(),
  /** Though there is less memory than it needs. */
  anyway: z.boolean(),
  /** What a request must bring as its bearer token. */
  key: z.string(),
});
export type ModelOrder = z.infer<typeof modelOrder>;

const bytes = z.number().min(0);

/** What a model needs to be loaded with this window, and what is there. */
export const modelNeeds = z.object({
  neededBytes: bytes,
  availableBytes: bytes,
  contextSize: z.int().positive(),
  threads: z.int().positive(),
  /** The window that the model was made for; null: its file doesn't tell. */
  trainedContextSize: z.int().positive().nullable(),
});
export type ModelNeeds = z.infer<typeof modelNeeds>;

export const modelReport = z.discriminatedUnion("type", [
  z.object({ type: z.literal("looked"), needs: modelNeeds }),
  /** How much of it is in memory, from 0 to 1. */
  z.object({ type: z.literal("loading"), progress: z.number() }),
  z.object({ type: z.literal("ready"), port: z.int(), contextSize: z.int().positive(), threads: z.int().positive() }),
  /** It works on a request, or has none left. */
  z.object({ type: z.literal("working"), isBusy: z.boolean() }),
  /** The last that it says. `memory`: there is less than the model needs. */
  z.object({ type: z.literal("failed"), reason: z.enum(["engine", "file", "memory", "load"]), message: z.string() }),
]);
export type ModelReport = z.infer<typeof modelReport>;
