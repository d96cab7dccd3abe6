import { OpenAPIGenerator } from "@orpc/openapi";
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4";
import { contract } from "../../../shared/contract/contract.ts";
import { apiPrefix } from "../../rpc/carriers/rest.ts";
import { bodyExamples } from "./examples.ts";
import { codesOnly, describeFailures, failureResponses } from "./failures.ts";
import { envelopeOnce, namedSchemas, plainSchemas } from "./schemas.ts";

export type OpenApiDocument = Awaited<ReturnType<OpenAPIGenerator["generate"]>>;
export type ApiOperation = NonNullable<NonNullable<NonNullable<OpenApiDocument["paths"]>[string]>["get"]>;

/** The OpenAPI document of the contract. Made when first asked for: it takes a moment and few need it. */
export async function openApiDocument(version: string): Promise<OpenApiDocument> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: { title: "Hearth", version, description: "Drive Hearth from programs of your own: JSON, ids opaque, times ISO 8601." },
    servers: [{ url: apiPrefix }],
    security: [{ token: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    commonSchemas: namedSchemas,
    customErrorResponseBodySchema: codesOnly,
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  });
  for (const { method, operation } of operationsOf(document)) {
    operation.tags = [groupOf(operation)];
    if (method === "delete") moveBodyToQuery(operation);
    addExample(operation);
    describeStream(operation);
    describeFailures(operation);
  }
  document.components = { ...document.components, responses: failureResponses };
  envelopeOnce(document.components);
  return plainSchemas(document);
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

export function operationsOf(document: OpenApiDocument): { path: string; method: string; operation: ApiOperation }[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item?.[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

/** The contract's noun, which stands before the dot of an operation's id. */
export function groupOf(operation: ApiOperation): string {
  return operation.operationId?.split(".")[0] ?? "other";
}

const tags: Record<keyof typeof contract, string> = {
  agents: "Programs that can take a turn, and what they offer",
  changes: "Differences between baseline and working copy, under review",
  chats: "Conversations: their turns, drafts and queued prompts",
  checkpoints: "Kept snapshots of a working copy",
  embedded: "Models in files of this machine, which Hearth serves itself",
  files: "Files of a session's working copy",
  mcp: "MCP servers that agents get",
  layout: "Panes and tabs of a session's window",
  models: "Local models, and where they are served",
  permissions: "Permission requests and questions that wait for a person",
  projects: "Folders on disk, and the trust in them",
  runs: "Turns: a prompt and all that follows",
  sessions: "Lines of work, each in a working copy",
  settings: "The person's settings",
  storage: "What Hearth keeps on disk",
  system: "Hearth itself, and everything at once",
  terminals: "Terminals in a session",
};

/** A DELETE takes its options from the query here; the generator assumes a body. */
function moveBodyToQuery(operation: ApiOperation): void {
  const schema = bodyOf(operation)?.schema;
  delete operation.requestBody;
  if (!schema || !("properties" in schema)) return;
  const properties: Record<string, object> = schema.properties ?? {};
  const parameters = Object.entries(properties).map(([name, property]) => ({ name, in: "query", schema: property }));
  operation.parameters = [...(operation.parameters ?? []), ...parameters];
}

export function bodyOf({ requestBody }: ApiOperation) {
  return requestBody && "content" in requestBody ? requestBody.content["application/json"] : undefined;
}

function addExample(operation: ApiOperation): void {
  const body = bodyOf(operation);
  const example = bodyExamples[operation.operationId ?? ""];
  if (body && example) body.example = example;
}

/** The schema of a stream is that of what each event's `data` holds, as clients of server-sent events have it. */
function describeStream(operation: ApiOperation): void {
  const response = operation.responses?.["200"];
  const stream = response && "content" in response ? response.content?.["text/event-stream"] : undefined;
  if (!response || !("content" in response) || !stream?.schema || !("oneOf" in stream.schema)) return;
  const message = stream.schema.oneOf?.[0];
  if (message && "properties" in message) stream.schema = message.properties?.["data"] ?? {};
  response.description =
    "Server-sent events. `data` is JSON of this schema and `id`, where there is one, the place to go on from. " +
    "Comments are heartbeats; an event `done` ends the stream, and `error` carries an ApiError.";
  const numbered = operation.parameters?.some((parameter) => "name" in parameter && parameter.name === "after");
  if (numbered) operation.parameters?.push(lastEventId);
}

const lastEventId = {
  name: "Last-Event-ID",
  in: "header",
  description: "The `id` of the last event that was seen; the stream goes on after it. It counts more than `after`.",
  schema: { type: "string" as const },
  example: "42",
};
