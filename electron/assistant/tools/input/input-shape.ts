import * as z from "zod";
import type { Tool } from "../tool.ts";
import type { FieldShape, InputShape } from "./normalize-input.ts";

type Described = Pick<Tool, "input" | "schema">;

const shapes = new WeakMap<z.ZodType, Record<string, unknown>>();

/** A tool's input as JSON Schema, as it goes to the model: without what only costs tokens there. The same object each time. */
export function inputSchema(tool: Described): Record<string, unknown> {
  const known = shapes.get(tool.input);
  if (known) return known;
  const made = bare(whole(tool));
  shapes.set(tool.input, made);
  return made;
}

/** The same without a word on its fields, and without the rare ones, for windows where every token counts. */
export function shortInputSchema(tool: Described): Record<string, unknown> {
  const isRare = (value: unknown): boolean => typeof value === "object" && value !== null && "isRare" in value;
  const common = without(whole(tool), (_key, value) => isRare(value));
  return without(bare(common), (key, value) => key === "description" && typeof value === "string");
}

/** What of that names and types its fields. */
export function inputShape(tool: Described): InputShape {
  const { properties, required } = inputSchema(tool) as { properties?: Record<string, FieldShape>; required?: string[] };
  const isOpen = tool.schema !== undefined && tool.schema["additionalProperties"] !== false;
  return { properties: properties ?? {}, required: required ?? [], isOpen };
}

function whole({ input, schema }: Described): object {
  return schema ?? z.toJSONSchema(input, { io: "input" });
}

const costly = new Set([
  "isRare",
  "$schema",
  "additionalProperties",
  "minLength",
  "maxLength",
  "maxItems",
  "minItems",
  "maximum",
  "minimum",
]);

function bare(schema: object): Record<string, unknown> {
  return without(schema, (key, value) => costly.has(key) && typeof value !== "object");
}

function without(schema: object, isLeftOut: (key: string, value: unknown) => boolean): Record<string, unknown> {
  const keep = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(keep);
    return typeof value === "object" && value !== null ? without(value, isLeftOut) : value;
  };
  const entries = Object.entries(schema).filter(([key, value]) => !isLeftOut(key, value));
  return Object.fromEntries(entries.map(([key, value]) => [key, keep(value)]));
}
