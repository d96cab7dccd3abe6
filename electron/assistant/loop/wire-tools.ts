import type { OfferedTools } from "../salvage/leaked-call.ts";
import { inputSchema, shortInputSchema } from "../tools/input/input-shape.ts";
import type { Tool } from "../tools/tool.ts";
import type { WireTool } from "../wire/model-client.ts";

/** What a request says of each tool, in the same order and bytes each time: all of them in every mode. */
export function wireTools(tools: readonly Tool[], isCompact: boolean): WireTool[] {
  return tools.map((tool) =>
    isCompact
      ? { name: tool.name, description: tool.shortDescription, schema: shortInputSchema(tool) }
      : { name: tool.name, description: tool.description, schema: inputSchema(tool) },
  );
}

/** Which parameters are passed on as they were written, for calls that come as text. */
export function offeredTools(tools: readonly WireTool[]): OfferedTools {
  return new Map(
    tools.map(({ name, schema }) => {
      const properties = schema["properties"] ?? {};
      const kinds = Object.entries(properties).map(
        ([key, value]) => [key, isText(value) ? ("text" as const) : ("data" as const)] as const,
      );
      return [name, new Map(kinds)];
    }),
  );
}

function isText(property: unknown): boolean {
  return typeof property === "object" && property !== null && "type" in property && property.type === "string";
}
