import path from "node:path";
import { pathToFileURL } from "node:url";

// What is used of `node-llama-cpp`, which is installed on request and so has no types here.

export type Token = number;
export type GrammarSchema = Readonly<Record<string, unknown>>;
export type ChatFunctions = Record<string, { description?: string; params?: GrammarSchema }>;

export type FunctionCall = { type: "functionCall"; name: string; params: unknown; result: unknown };
export type HistoryItem = { type: "system" | "user"; text: string } | { type: "model"; response: (string | FunctionCall)[] };

export type ResponseOptions = {
  signal: AbortSignal;
  maxTokens?: number;
  temperature: number;
  minP: number;
  topK: number;
  topP: number;
  seed?: number;
  xtc?: { probability: number; threshold: number };
  repeatPenalty: false | { penalty?: number; frequencyPenalty?: number; presencePenalty?: number };
  dryRepeatPenalty?: { strength: number; base?: number; allowedLength?: number; lastTokens?: number | null };
  budgets?: { thoughtTokens: number };
  functions?: ChatFunctions;
  customStopTriggers?: string[];
  onResponseChunk(chunk: { type?: "segment"; segmentType?: string; text: string }): void;
  onFunctionCallParamsChunk?(chunk: { callIndex: number; functionName: string; paramsChunk: string }): void;
  onFunctionCall?(call: { functionName: string; params: unknown }): void;
  contextShift: { strategy(): never };
};

export type ResponseEnd = {
  functionCalls?: readonly unknown[];
  metadata: { stopReason: string };
};

export interface Chat {
  chatWrapper: {
    generateContextState(of: { chatHistory: readonly HistoryItem[]; availableFunctions?: ChatFunctions }): {
      contextText: { tokenize(tokenizer: unknown): Token[] };
    };
  };
  generateResponse(history: readonly HistoryItem[], options: ResponseOptions): Promise<ResponseEnd>;
}

export interface Sequence {
  readonly nextTokenIndex: number;
  /** Forgets what isn't the beginning of these tokens. */
  adaptStateToTokens(tokens: readonly Token[], allowShift: boolean): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]): Promise<void>;
  readonly tokenMeter: { usedOutputTokens: number };
}

export interface Context {
  readonly contextSize: number;
  getSequence(): Sequence;
}

export interface Model {
  readonly tokenizer: unknown;
  readonly fileInsights: Insights;
  createContext(options: {
    contextSize: number;
    sequences: number;
    threads: number;
    ignoreMemorySafetyChecks: boolean;
    failedCreationRemedy: false;
  }): Promise<Context>;
}

export interface Llama {
  readonly gpu: string | false;
  readonly cpuMathCores: number;
  loadModel(options: {
    modelPath: string;
    gpuLayers?: number;
    ignoreMemorySafetyChecks: boolean;
    onLoadProgress(progress: number): void;
  }): Promise<Model>;
}

export interface Insights {
  readonly trainContextSize: number | undefined;
  estimateModelResourceRequirements(of: { gpuLayers: number }): { cpuRam: number; gpuVram: number };
  estimateContextResourceRequirements(of: { contextSize: number; modelGpuLayers: number }): { cpuRam: number; gpuVram: number };
}

export type Engine = {
  getLlama(options: {
    gpu: false | "metal";
    build: "never";
    skipDownload: true;
    progressLogs: false;
    logLevel: "error";
    logger(level: string, message: string): void;
  }): Promise<Llama>;
  readGgufFileInfo(file: string, options: { sourceType: "filesystem"; logWarnings: false }): Promise<unknown>;
  GgufInsights: { from(info: unknown, llama: Llama): Promise<Insights> };
  LlamaChat: new (options: { contextSequence: Sequence }) => Chat;
};

/** The engine and its program for this machine. What it says beside its answers goes to the standard error. */
export async function startEngine(folder: string): Promise<{ engine: Engine; llama: Llama }> {
  const engine = (await import(pathToFileURL(path.join(folder, "dist/index.js")).href)) as Engine;
  const llama = await engine.getLlama({
    gpu: process.platform === "darwin" && process.arch === "arm64" ? "metal" : false,
    ...{ build: "never", skipDownload: true, progressLogs: false, logLevel: "error" },
    logger: (_, message) => process.stderr.write(`${message}\n`),
  });
  return { engine, llama };
}
