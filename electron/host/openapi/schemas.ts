import type { OpenAPIGenerator } from "@orpc/openapi";
import type { ZodType } from "zod";
import { agentHook } from "../../../shared/contract/agent-hooks.ts";
import { agentInstall, agentKey } from "../../../shared/contract/agent-parts.ts";
import * as agents from "../../../shared/contract/agents.ts";
import * as proofs from "../../../shared/contract/agent-proofs.ts";
import * as changes from "../../../shared/contract/changes.ts";
import * as chats from "../../../shared/contract/chats.ts";
import * as checkpoints from "../../../shared/contract/checkpoints.ts";
import * as embedded from "../../../shared/contract/embedded-models.ts";
import { fileKind, fileMatch, picture, pictureFile } from "../../../shared/contract/files.ts";
import * as mcp from "../../../shared/contract/mcp.ts";
import * as models from "../../../shared/contract/models.ts";
import * as permissions from "../../../shared/contract/permissions.ts";
import * as rules from "../../../shared/contract/rules.ts";
import * as projects from "../../../shared/contract/projects.ts";
import { run } from "../../../shared/contract/runs.ts";
import { session, workingCopy } from "../../../shared/contract/sessions.ts";
import { settings, settingsProblem, settingsView } from "../../../shared/contract/settings.ts";
import * as storage from "../../../shared/contract/storage.ts";
import * as system from "../../../shared/contract/system.ts";
import { terminalAgent } from "../../../shared/contract/terminal-agent.ts";
import { terminal, terminalOutput } from "../../../shared/contract/terminals.ts";
import { timeline, timelineItem } from "../../../shared/contract/timeline.ts";
import { notCovered } from "../../../shared/not-covered.ts";
import { contentBlock } from "../../../shared/prompt.ts";
import * as runEvents from "../../../shared/run-event.ts";
import { sampling } from "../../../shared/sampling.ts";
import { isRecord } from "../../../shared/is-record.ts";
import { apiError } from "./failures.ts";

type GenerateOptions = NonNullable<Parameters<OpenAPIGenerator["generate"]>[1]>;
type Components = NonNullable<GenerateOptions["components"]>;

const { runEventPayloads } = runEvents;

/** The nouns of the API: a program's types get these names, and each stands in the document once. */
const nouns: Record<string, ZodType> = {
  Agent: agents.agent,
  AgentChoice: agents.agentChoice,
  OwnModel: agents.ownModel,
  AgentCommand: runEvents.agentCommand,
  AgentHook: agentHook,
  AgentKey: agentKey,
  AgentInstall: agentInstall,
  AgentConfigEntry: agents.agentConfigEntry,
  AgentConfigView: agents.agentConfigView,
  AgentOptions: agents.agentOptions,
  AgentProof: proofs.agentProof,
  AgentSession: chats.agentSession,
  Alarm: permissions.alarm,
  AppState: system.appState,
  AppUpdate: system.appUpdate,
  ApplyResult: changes.applyResult,
  CalledTool: runEvents.calledTool,
  Capabilities: agents.capabilities,
  Chat: chats.chat,
  ChatUpdate: chats.chatUpdate,
  Checkpoint: checkpoints.checkpoint,
  Conflict: changes.conflict,
  ContentBlock: contentBlock,
  CurrentChoice: agents.currentChoice,
  Draft: chats.draft,
  FileDiff: changes.fileDiff,
  FileKind: fileKind,
  FileMatch: fileMatch,
  Picture: picture,
  PictureFile: pictureFile,
  FolderListing: projects.folderListing,
  InboxItem: permissions.inboxItem,
  KnownProof: proofs.knownProof,
  McpFound: mcp.mcpFound,
  McpList: mcp.mcpList,
  McpServer: mcp.mcpServer,
  McpSwitch: mcp.mcpSwitch,
  McpTold: mcp.mcpTold,
  McpTool: mcp.mcpTool,
  EmbeddedModel: embedded.embeddedModel,
  EmbeddedModels: embedded.embeddedModels,
  LocalModel: models.localModel,
  ModelEndpoint: models.modelEndpoint,
  ModelList: models.modelList,
  Sampling: sampling,
  Model: agents.model,
  NotCovered: notCovered,
  Notice: runEventPayloads.notice,
  PendingChange: changes.pendingChange,
  PermissionAction: runEvents.permissionAction,
  PermissionOption: runEvents.permissionOption,
  PermissionRequest: permissions.permissionRequest,
  PermissionRule: rules.permissionRule,
  RuleMatch: rules.ruleMatch,
  PlanEntry: runEvents.planEntry,
  ProcessInfo: system.processInfo,
  Project: projects.project,
  ProofLine: proofs.proofLine,
  Proving: proofs.proving,
  ProjectStorage: storage.projectStorage,
  Question: permissions.question,
  QuestionRequested: runEventPayloads["question.requested"],
  Queue: chats.queue,
  QueueItem: chats.queueItem,
  RejectResult: changes.rejectResult,
  RestoreResult: checkpoints.restoreResult,
  Run: run,
  RunChoice: chats.runChoice,
  RunEnd: runEventPayloads["run.completed"],
  RunEvent: runEvents.runEvent,
  Session: session,
  SessionStorage: storage.sessionStorage,
  Settings: settings,
  SettingsProblem: settingsProblem,
  SettingsView: settingsView,
  StorageFreed: storage.storageFreed,
  StorageReport: storage.storageReport,
  SystemInfo: system.systemInfo,
  Terminal: terminal,
  TerminalAgent: terminalAgent,
  TerminalOutput: terminalOutput,
  TextDelta: runEventPayloads["assistant.delta"],
  Timeline: timeline,
  TimelineItem: timelineItem,
  Timings: runEvents.timings,
  ToolDiff: runEvents.toolDiff,
  ToolFailure: runEvents.toolFailure,
  ToolSnapshot: runEvents.toolSnapshot,
  TrustItem: projects.trustItem,
  TrustReport: projects.trustReport,
  Turn: chats.turn,
  Usage: runEvents.usage,
  WaitingTerminal: permissions.waitingTerminal,
  WorkingCopy: workingCopy,
};

export const namedSchemas: NonNullable<GenerateOptions["commonSchemas"]> = Object.fromEntries(
  Object.entries(nouns).map(([name, schema]) => [name, { schema, strategy: "output" as const }]),
);

/**
 * What all kinds of run events have in common stands once, beside what each carries: twenty-odd times the same envelope
 * is no help to a reader.
 */
export function envelopeOnce(components: Components): void {
  const event = components.schemas?.["RunEvent"];
  if (!event || !("anyOf" in event) || !event.anyOf) throw new Error("A run event is a union of its kinds");
  const [first] = event.anyOf;
  if (!first || !("properties" in first)) throw new Error("A kind of run event is an object");
  const { type: _type, payload: _payload, ...common } = first.properties ?? {};
  const kinds = event.anyOf.map((kind) => {
    const { type, payload } = ("properties" in kind && kind.properties) || {};
    return { type: "object" as const, properties: { type: type ?? {}, payload: payload ?? {} }, required: ["type", "payload"] };
  });
  const required = (first.required ?? []).filter((name) => name in common);
  components.schemas = {
    ...components.schemas,
    ApiError: apiError,
    RunEventEnvelope: { type: "object", properties: common, required },
    RunEvent: { allOf: [{ $ref: "#/components/schemas/RunEventEnvelope" }, { anyOf: kinds }] },
  };
}

/**
 * The document without what the generator says at length: how far JavaScript's integers go, that a key is text, that a
 * null is a schema of its own, and that a boolean in a query is text.
 */
export function plainSchemas<T>(part: T): T;
export function plainSchemas(part: unknown): unknown {
  if (Array.isArray(part)) return part.map((each: unknown) => plainSchemas(each));
  if (!isRecord(part)) return part;
  const said = Object.entries(part).filter(([name, value]) => !isNoise(name, value));
  const { anyOf, ...plain } = Object.fromEntries(said.map(([name, value]) => [name, plainSchemas(value)]));
  if (anyOf === undefined) return plain;
  const types = Array.isArray(anyOf) ? anyOf.map(bareType) : [];
  if (types.length !== 2) return { anyOf, ...plain };
  if (types[0] === "string" && types[1] === "boolean") return { type: "boolean", ...plain };
  if (types[1] !== "null" || !Array.isArray(anyOf) || !isRecord(anyOf[0])) return { anyOf, ...plain };
  const { type, ...more } = anyOf[0];
  return typeof type === "string" && !("enum" in more) ? { type: [type, "null"], ...more, ...plain } : { anyOf, ...plain };
}

function isNoise(name: string, value: unknown): boolean {
  if (name === "propertyNames") return bareType(value) === "string";
  if (name === "allowEmptyValue" || name === "allowReserved") return value === true;
  return (name === "minimum" || name === "maximum") && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;
}

/** The type of a schema that says nothing else. */
function bareType(schema: unknown): unknown {
  return isRecord(schema) && Object.keys(schema).length === 1 ? schema["type"] : undefined;
}
