import { OpenAPIGenerator } from "@orpc/openapi";
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4";
import { contract } from "../../shared/contract/contract.ts";
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
    servers: [{ url: apiPrefix }],
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    customErrorResponseBodySchema: (errors) => ({
      type: "object",
      properties: {
        code: { enum: errors.map(([code]) => code) },
        status: { type: "integer" },
        message: { type: "string" },
        data: {},
      },
      required: ["code", "status", "message"],
    }),
  });
  for (const item of Object.values(document.paths ?? {})) if (item?.delete) moveBodyToQuery(item.delete);
  const health = document.paths?.["/health"]?.get;
  if (health) health.security = [];
  return document;
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
