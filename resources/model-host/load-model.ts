import os from "node:os";
import { sizeText } from "../../shared/size-text.ts";
import type { ModelNeeds, ModelOrder, ModelReport } from "../../shared/model-host-messages.ts";
import { startEngine, type Chat, type Model, type Sequence } from "./engine.ts";
import { availableBytesOf, needsOf } from "./needs.ts";

/** A model in memory, with one place for a conversation. */
export type LoadedModel = { model: Model; chat: Chat; sequence: Sequence; contextSize: number; threads: number };

type Reason = Extract<ModelReport, { type: "failed" }>["reason"];

/** Why a model isn't loaded. */
export class LoadFailure extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Says what the model needs before it takes it; null where only that was asked. */
export async function loadModel(order: ModelOrder, report: (report: ModelReport) => void): Promise<LoadedModel | null> {
  const { engine, llama } = await or("engine", "node-llama-cpp doesn't run here", () => startEngine(order.engine));
  const insights = await or("file", "It can't be read as a GGUF file", async () =>
    engine.GgufInsights.from(await engine.readGgufFileInfo(order.file, { sourceType: "filesystem", logWarnings: false }), llama),
  );
  const { contextSize, threads, anyway } = order;
  const needs = needsOf(insights, { contextSize, threads, cores: llama.cpuMathCores, availableBytes: availableBytes() });
  report({ type: "looked", needs });
  if (order.task === "look") return null;
  if (needs.neededBytes > needs.availableBytes && !anyway) throw new LoadFailure("memory", tooLittle(needs));
  const model = await or("load", "It can't be loaded", () =>
    llama.loadModel({
      modelPath: order.file,
      ...(llama.gpu === false ? { gpuLayers: 0 } : {}),
      ignoreMemorySafetyChecks: anyway,
      onLoadProgress: (progress) => report({ type: "loading", progress }),
    }),
  );
  const context = await or("load", `It can't be loaded with a window of ${needs.contextSize.toLocaleString("en")} tokens`, () =>
    model.createContext({
      ...{ contextSize: needs.contextSize, threads: needs.threads, sequences: 1 },
      ...{ ignoreMemorySafetyChecks: anyway, failedCreationRemedy: false },
    }),
  );
  const sequence = context.getSequence();
  const chat = new engine.LlamaChat({ contextSequence: sequence });
  return { model, chat, sequence, contextSize: context.contextSize, threads: needs.threads };
}

function availableBytes(): number {
  // Nodes before 22 don't say what can be had. Theirs is less, as it leaves out what files are kept in.
  const freeBytes = "availableMemory" in process ? process.availableMemory() : os.freemem();
  return availableBytesOf({ platform: process.platform, totalBytes: os.totalmem(), freeBytes });
}

function tooLittle({ neededBytes, availableBytes, contextSize }: ModelNeeds): string {
  return `It needs about ${sizeText(neededBytes)} with a window of ${contextSize.toLocaleString("en")} tokens, and ${sizeText(availableBytes)} are free`;
}

async function or<T>(reason: Reason, words: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const own = error instanceof Error ? error.message : String(error);
    const isMemory = error instanceof Error && error.constructor.name === "InsufficientMemoryError";
    throw new LoadFailure(isMemory ? "memory" : reason, `${words}: ${own.slice(0, 300)}`);
  }
}
