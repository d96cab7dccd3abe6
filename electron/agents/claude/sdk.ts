import { realpathSync } from "node:fs";
import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Readable, Writable } from "node:stream";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { isRecord } from "../../../shared/is-record.ts";
import type { AgentFailure } from "../port.ts";

// Of Anthropic's Agent SDK what is used here. It is no part of Hearth: it comes with the adapter that the person has.

export type ClaudeSdk = { query(request: { prompt: AsyncIterable<UserMessage>; options: QueryOptions }): Query };

export type QueryOptions = {
  cwd: string;
  env: Record<string, string>;
  abortController: AbortController;
  systemPrompt: { type: "preset"; preset: "claude_code" };
  /** Left out, all count. */
  settingSources: ("user" | "project" | "local")[];
  settings: Record<string, unknown>;
  /** Left out, it may be one in which nobody is asked. */
  permissionMode: "default";
  includePartialMessages: true;
  mcpServersDelivery: "argv";
  mcpServers?: Record<string, object>;
  persistSession: boolean;
  spawnClaudeCodeProcess(options: SpawnOptions): SpawnedProcess;
  canUseTool(name: string, input: Record<string, unknown>, context: AskContext): Promise<PermissionResult>;
  pathToClaudeCodeExecutable?: string;
  sessionId?: string;
  resume?: string;
  sessionStore?: SessionStore;
};

/** Messages are read as they come: what they hold, nobody vouches for. */
export interface Query extends AsyncIterable<unknown> {
  initializationResult(): Promise<unknown>;
  interrupt(): Promise<unknown>;
  setPermissionMode(mode: string): Promise<void>;
  setModel(model: string): Promise<void>;
  applyFlagSettings(settings: Record<string, unknown>): Promise<void>;
}

export type UserMessage = {
  type: "user";
  uuid: string;
  session_id: string;
  parent_tool_use_id: null;
  message: { role: "user"; content: UserContent[] };
};
export type UserContent =
  | { type: "text"; text: string }
  | { type: "image"; source: { type: "base64"; media_type: string; data: string } };

/** `agentID`: of the sub-agent that asks. */
export type AskContext = { signal: AbortSignal; toolUseID: string; agentID?: string };
export type PermissionResult =
  | { behavior: "allow"; updatedInput: Record<string, unknown>; updatedPermissions?: object[] }
  | { behavior: "deny"; message: string; interrupt: boolean };

export type SpawnOptions = {
  command: string;
  args: string[];
  cwd?: string;
  env: Record<string, string | undefined>;
  signal: AbortSignal;
};
export interface SpawnedProcess extends EventEmitter<ProcessEvents> {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly killed: boolean;
  readonly exitCode: number | null;
  kill(signal: NodeJS.Signals): boolean;
}
export type ProcessEvents = { exit: [code: number | null, signal: NodeJS.Signals | null]; error: [error: Error] };

/** `subpath`: of a sub-agent's session. */
type SessionKey = { projectKey: string; sessionId: string; subpath?: string };
export type SessionLine = { type: string; uuid?: string };
export interface SessionStore {
  append(key: SessionKey, lines: SessionLine[]): Promise<void>;
  load(key: SessionKey): Promise<SessionLine[] | null>;
}

const sdkPackage = "@anthropic-ai/claude-agent-sdk";

/** The SDK that the adapter at `program` brings along. Without one, the adapter is spoken with as what it is. */
export async function loadSdk(program: string): Promise<Result<ClaudeSdk, AgentFailure>> {
  try {
    const file = createRequire(path.join(realpathSync(program))).resolve(sdkPackage);
    const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(file).href);
    if (isSdk(loaded)) return ok(loaded);
  } catch (error) {
    return missing(error instanceof Error ? error.message.split("\n")[0] : String(error));
  }
  return missing("It is of another kind");
}

function missing(why = ""): Result<never, AgentFailure> {
  return fail({ type: "other-protocol", message: `There is no Claude Agent SDK beside it that Hearth could use: ${why}.` });
}

function isSdk(loaded: unknown): loaded is ClaudeSdk {
  return isRecord(loaded) && typeof loaded["query"] === "function";
}
