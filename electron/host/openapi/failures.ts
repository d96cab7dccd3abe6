import { errorStatus, refusalStatus } from "../../../shared/errors.ts";
import type { OpenApiDocument, ApiOperation } from "./document.ts";

/**
 * How calls fail. All failures have one shape, and stand once, under the meaning of their status; which codes an
 * operation has of its own is said where it refers to them.
 */
const meanings: Record<string, { name: string; description: string }> = {
  "400": { name: "BadRequest", description: "The input doesn't fit; `data.field` names what is at fault" },
  "401": { name: "Unauthorized", description: "No token, or a wrong one" },
  "403": { name: "Forbidden", description: "It isn't allowed" },
  "404": { name: "NotFound", description: "There is no such thing" },
  "409": { name: "Conflict", description: "It doesn't fit the state that things are in" },
  "410": { name: "Gone", description: "It was there once" },
  "413": { name: "TooLarge", description: "It is larger than what is taken" },
  "422": { name: "Unprocessable", description: "It was read, and can't be kept like this" },
  "500": { name: "ServerError", description: "Something went wrong on Hearth's side" },
  "502": { name: "BadGateway", description: "A server that Hearth asks for you doesn't answer as it should" },
  "503": { name: "Unavailable", description: "Something that is needed isn't there now" },
  "507": { name: "DiskFull", description: "The disk is full" },
};
const others = {
  name: "Other",
  description: "Refused by address, origin, form or rate, or one of the failures that every call can meet",
};

export const apiError = {
  type: "object" as const,
  description: "How every failed call ends. Codes are stable; more may come.",
  properties: {
    code: { type: "string" as const, enum: [...new Set([...Object.keys(errorStatus), ...Object.keys(refusalStatus)])] },
    status: { type: "integer" as const },
    message: { type: "string" as const, description: "For a person, with what to do about it" },
    data: { description: "null, or what helps to go on; `field` names the input at fault" },
  },
  required: ["code", "status", "message", "data"],
};

const content = { "application/json": { schema: { $ref: "#/components/schemas/ApiError" } } };

export const failureResponses = Object.fromEntries(
  [...Object.values(meanings), others].map(({ name, description }) => [name, { description, content }]),
);

/** What the generator writes for the failures of an operation: their codes, for `describeFailures` to find. */
export function codesOnly(failures: readonly (readonly [code: string, ...unknown[]])[]): { enum: string[] } {
  return { enum: failures.map(([code]) => code) };
}

/** Puts references to the shared failures in the place of the generator's own. */
export function describeFailures(operation: ApiOperation): void {
  const open = operation.operationId === "system.health";
  const takesInput = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
  const codes: Record<string, string[]> = {
    ...(takesInput ? { "400": ["INPUT_INVALID"] } : {}),
    ...(open ? {} : { "401": ["UNAUTHORIZED"] }),
  };
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    if (status.startsWith("2")) continue;
    codes[status] = [...new Set([...(codes[status] ?? []), ...codesOf(response)])];
    delete operation.responses?.[status];
  }
  const responses = { ...operation.responses };
  for (const [status, own] of Object.entries(codes)) responses[status] = reference(nameOf(status), own.join(", "));
  operation.responses = { ...responses, default: reference(others.name) };
  if (open) operation.security = [];
}

function nameOf(status: string): string {
  const meaning = meanings[status];
  if (!meaning) throw new Error(`The API's document has no words for status ${status}`);
  return meaning.name;
}

function reference(name: string, description?: string) {
  return { $ref: `#/components/responses/${name}`, ...(description ? { description } : {}) };
}

type Response = NonNullable<NonNullable<OpenApiDocument["components"]>["responses"]>[string];

/** As `codesOnly` left them. */
function codesOf(response: Response): string[] {
  const schema = "content" in response ? response.content?.["application/json"]?.schema : undefined;
  return schema && "enum" in schema ? (schema.enum ?? []).map(String) : [];
}
