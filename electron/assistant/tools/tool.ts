import type * as z from "zod";
import type { Result } from "../../../shared/result.ts";
import type { ToolErrorCode, ToolKind } from "../../../shared/run-event.ts";
import type { IntegrationContract } from "../../../shared/integration-contract.ts";
import type { AgentHost, ToolPatch } from "../../agents/port.ts";
import type { Skills } from "../skills/skills.ts";
import type { Jobs } from "./commands/jobs.ts";
import type { Outputs } from "./answer/outputs.ts";

/** Ask reads only; Plan reads, and writes a plan to approve; Code does everything. */
export type Mode = "ask" | "plan" | "code";

/**
 * A tool that the built-in agent's model may call. Its description and schema go to the model with every request, so
 * each word of them costs on every turn.
 */
export type Tool<Input = unknown> = {
  name: string;
  description: string;
  /** For windows up to 16 K, where every token counts. */
  shortDescription: string;
  input: z.ZodType<Input>;
  /** The input as JSON Schema, where it isn't made from `input`. */
  schema?: Readonly<Record<string, unknown>>;
  kind: ToolKind;
  /** It changes nothing, so calls of one reply may run at once. */
  readsOnly: boolean;
  modes: readonly Mode[];
  /** Looking again is its purpose: repeats of it are no loop. */
  polls?: boolean;
  /** What a person reads of a call, such as `src/a.ts:1-40`; without the tool's own verb. */
  title(input: Input): string;
  run(input: Input, call: ToolCallContext): Promise<ToolOutcome>;
};

/** What a call gets besides its input. All paths in inputs are relative to `root`. */
export type ToolCallContext = {
  callId: string;
  /** The chat in which it is called; of a task, where that was begun. */
  chatId: string;
  /** The working copy. */
  root: string;
  /** Of the working copy, where commands begin; empty for its top. */
  folder: string;
  host: AgentHost;
  /** What this chat has read, by content hash; kept over turns by whoever keeps the chat. */
  files: FilesRead;
  /** Outputs too long for the model, kept as long. */
  outputs: Outputs;
  /** Commands in the background, kept as long. */
  jobs: Jobs;
  /** Came with a prompt of the chat. */
  contract: IntegrationContract | null;
  skills: Pick<Skills, "list" | "read" | "readFile">;
  /** Does a task in a conversation of its own, and returns what is said at its end; absent in such a task itself. */
  beginTask?: (task: Task, call: { callId: string; signal: AbortSignal }) => Promise<Result<string, ToolFault>>;
  /** What an answer may take of the model's window; absent: `maxAnswerBytes`. */
  answerBytes?: number;
  /** Tells the card of the call more while it runs. */
  show: (patch: Omit<ToolPatch, "id">) => void;
  signal: AbortSignal;
};

/** `mode`: null for that of the turn. */
export type Task = { task: string; title: string; mode: Mode | null };

/** Files as the model last saw them. Paths are relative to the working copy. */
export interface FilesRead {
  /** SHA-256 of the bytes that were read or written last; null: never seen. */
  hashOf(path: string): string | null;
  saw(path: string, hash: string): void;
  changed(path: string, hash: string | null): void;
}

/** Why a call did nothing. `attached`: text that helps to do it right, such as the lines of a file in question. */
export type ToolFault = { code: ToolErrorCode; message: string; fields?: string[]; attached?: string };

/** `text`: what the model is answered, before it is bounded. `shown`: what the card shows, where that is something else. */
export type ToolOutcome = Result<{ text: string; shown?: Shown }, ToolFault & { shown?: Shown }>;
type Shown = Omit<ToolPatch, "id">;
