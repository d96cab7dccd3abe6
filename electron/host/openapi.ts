import { OpenAPIGenerator } from "@orpc/openapi";
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4";
import { agent, agentOptions, capabilities } from "../../shared/contract/agents.ts";
import { applyResult, fileDiff, pendingChange } from "../../shared/contract/changes.ts";
import { agentSession, chat, draft, queue, runChoice, turn } from "../../shared/contract/chats.ts";
import { checkpoint, restoreResult } from "../../shared/contract/checkpoints.ts";
import { contract } from "../../shared/contract/contract.ts";
import { alarm, inboxItem, permissionRequest, permissionRule, question } from "../../shared/contract/permissions.ts";
import { project, trustReport } from "../../shared/contract/projects.ts";
import { run } from "../../shared/contract/runs.ts";
import { session } from "../../shared/contract/sessions.ts";
import { settings } from "../../shared/contract/settings.ts";
import { appState, processInfo, systemInfo } from "../../shared/contract/system.ts";
import { terminal } from "../../shared/contract/terminals.ts";
import { timeline } from "../../shared/contract/timeline.ts";
import { contentBlock } from "../../shared/prompt.ts";
import { runEvent, toolSnapshot, usage } from "../../shared/run-event.ts";
import { apiPrefix } from "../rpc/carriers/rest.ts";

export type OpenApiDocument = Awaited<ReturnType<OpenAPIGenerator["generate"]>>;

/** The OpenAPI document of the contract. Made when first asked for: it takes a moment and few need it. */
export async function openApiDocument(version: string): Promise<OpenApiDocument> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: "Hearth",
      version,
      description: "Drive Hearth from programs of your own. Errors are { code, status, message, data }.",
    },
    commonSchemas: namedSchemas,
    servers: [{ url: apiPrefix }],
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    // The server's own refusals are added below, for every call alike.
    customErrorResponseBodySchema: (errors, status) =>
      errorBody([...errors.map(([code]) => code), ...(ownCodes[String(status)] ?? [])]),
  });
  for (const item of Object.values(document.paths ?? {})) {
    if (item?.delete) moveBodyToQuery(item.delete);
    for (const method of methods) {
      const operation = item?.[method];
      if (!operation) continue;
      operation.tags = [operation.operationId?.split(".")[0] ?? "other"];
      addRefusals(operation);
    }
  }
  for (const route of ["/runs/{id}/stream", "/sessions/{id}/stream"]) document.paths?.[route]?.get?.parameters?.push(lastEventId);
  const health = document.paths?.["/health"]?.get;
  if (health) {
    health.security = [];
    delete health.responses?.["401"];
  }
  nameErrors(document);
  return document;
}

/**
 * Errors stand once, under the codes that they can have: hundreds of calls say the same few things, and a program's
 * types would be mostly of these.
 */
function nameErrors(document: OpenApiDocument): void {
  const named: Record<string, ErrorResponse> = {};
  for (const item of Object.values(document.paths ?? {}))
    for (const method of methods)
      for (const [status, response] of Object.entries(item?.[method]?.responses ?? {})) {
        if (status.startsWith("2") || !("content" in response)) continue;
        const schema = response.content?.["application/json"]?.schema;
        const codes = schema && "properties" in schema ? codesOf(schema) : [];
        const name = codes.length > 0 ? codes.join(".") : "REFUSED";
        named[name] ??= response;
        Object.assign(item?.[method]?.responses ?? {}, { [status]: { $ref: `#/components/responses/${name}` } });
      }
  document.components = { ...document.components, responses: named };
}

type ErrorResponse = NonNullable<NonNullable<OpenApiDocument["components"]>["responses"]>[string];

function codesOf(schema: { properties?: Record<string, object> }): string[] {
  const code = schema.properties?.["code"];
  return code && "enum" in code && Array.isArray(code.enum) ? code.enum.map(String).toSorted() : [];
}

/** The nouns of the API: a program's types get these names. */
const namedSchemas = Object.fromEntries(
  Object.entries({
    Agent: agent,
    Alarm: alarm,
    AgentOptions: agentOptions,
    AgentSession: agentSession,
    AppState: appState,
    ApplyResult: applyResult,
    Capabilities: capabilities,
    Chat: chat,
    Checkpoint: checkpoint,
    ContentBlock: contentBlock,
    Draft: draft,
    FileDiff: fileDiff,
    InboxItem: inboxItem,
    PendingChange: pendingChange,
    PermissionRequest: permissionRequest,
    PermissionRule: permissionRule,
    ProcessInfo: processInfo,
    Project: project,
    Question: question,
    Queue: queue,
    RestoreResult: restoreResult,
    Run: run,
    RunChoice: runChoice,
    RunEvent: runEvent,
    Session: session,
    Settings: settings,
    SystemInfo: systemInfo,
    Terminal: terminal,
    Timeline: timeline,
    ToolSnapshot: toolSnapshot,
    TrustReport: trustReport,
    Turn: turn,
    Usage: usage,
  }).map(([name, schema]) => [name, { schema, strategy: "output" as const }]),
);

const lastEventId = {
  name: "Last-Event-ID",
  in: "header",
  description: "The number of the last event that was seen; the stream goes on after it. It counts more than `after`.",
  schema: { type: "string" as const },
  example: "42",
};

const methods = ["get", "post", "put", "patch", "delete"] as const;

/** What a call is refused with before its service is asked. */
const ownCodes: Record<string, string[]> = {
  "400": ["INPUT_INVALID"],
  "401": ["UNAUTHORIZED"],
  "403": ["ORIGIN_REFUSED"],
  "413": ["TOO_LARGE"],
  "500": ["INTERNAL_SERVER_ERROR"],
};

function errorBody(codes: string[]) {
  return {
    type: "object" as const,
    properties: {
      code: { type: "string" as const, ...(codes.length > 0 ? { enum: [...new Set(codes)] } : {}) },
      status: { type: "integer" as const },
      message: { type: "string" as const },
      data: { description: "null, or what helps to go on; `field` names the input at fault" },
    },
    required: ["code", "status", "message", "data"],
  };
}

/** Without a token, with input that doesn't fit, and anything else that stops a request on its way in. */
function addRefusals(operation: Operation): void {
  const takesInput = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
  const refusal = (description: string, codes: string[]) => ({
    description,
    content: { "application/json": { schema: errorBody(codes) } },
  });
  operation.responses = {
    ...(takesInput ? { "400": refusal("400", ["INPUT_INVALID"]) } : {}),
    "401": refusal("401", ["UNAUTHORIZED"]),
    ...operation.responses,
    default: refusal("HOST_REFUSED, ORIGIN_REFUSED, CONTENT_TYPE_REFUSED, TOO_LARGE, TOO_MANY_ATTEMPTS and the like", []),
  };
}

type Operation = NonNullable<NonNullable<NonNullable<OpenApiDocument["paths"]>[string]>["delete"]>;

/** A DELETE takes its options from the query here; the generator assumes a body. */
function moveBodyToQuery(operation: Operation): void {
  const body = operation.requestBody;
  delete operation.requestBody;
  const schema = body && "content" in body ? body.content["application/json"]?.schema : undefined;
  if (!schema || !("properties" in schema)) return;
  const properties: Record<string, object> = schema.properties ?? {};
  const parameters = Object.entries(properties).map(([name, property]) => ({ name, in: "query", schema: property }));
  operation.parameters = [...(operation.parameters ?? []), ...parameters];
}
