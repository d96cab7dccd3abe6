import * as z from "zod";
import { isRecord } from "../../../shared/is-record.ts";
import { fail, ok } from "../../../shared/result.ts";
import type { ServerTool, ToolConnection } from "../../mcp/tool-connection.ts";
import { clip } from "../context/clip.ts";
import { fault } from "../tools/fault.ts";
import { permit } from "../tools/permit.ts";
import type { Tool, ToolCallContext, ToolOutcome } from "../tools/tool.ts";

/** A server that is on in the working copy, and how it is reached. */
export type ConnectedServer = { name: string; hash: string; connection: Pick<ToolConnection, "tools" | "call"> };

const maxName = 64;
const maxDescription = 1_500;
const maxShortDescription = 160;
/** Of a schema; one that is longer is told by its fields alone. */
const maxSchema = 6_000;
const maxTitle = 120;
/** Of what a server says when a call fails; what is longer is beside it. */
const maxFault = 500;

/**
 * The servers' tools as those of the built-in agent, in their order, as far as `maxChars` have room for what a request
 * says of them, which `charsOf` counts. `leftOut`: those that have none. `taken`: names that are other tools'.
 */
export function mcpTools(
  servers: readonly ConnectedServer[],
  { taken, maxChars, charsOf }: { taken: readonly string[]; maxChars: number; charsOf: (tool: Tool) => number },
): { tools: Tool[]; leftOut: string[] } {
  const names = new Set(taken);
  const tools: Tool[] = [];
  const leftOut: string[] = [];
  let left = maxChars;
  for (const server of servers)
    for (const told of server.connection.tools) {
      const tool = new McpTool(server, told, names);
      names.add(tool.name);
      const chars = charsOf(tool);
      if (chars > left) leftOut.push(tool.name);
      else tools.push(tool);
      left -= chars > left ? 0 : chars;
    }
  return { tools, leftOut };
}

/** One tool of a server, as the built-in agent's model may call it. */
class McpTool implements Tool {
  readonly name: string;
  readonly schema: Schema & Record<string, unknown>;
  readonly description: string;
  readonly shortDescription: string;
  readonly input: z.ZodType;
  readonly kind = "other";
  /** What a server says of that is a hint that nobody has to keep to. */
  readonly readsOnly = false;
  readonly modes = ["code"] as const;
  readonly #server: ConnectedServer;
  readonly #told: ServerTool;

  constructor(server: ConnectedServer, told: ServerTool, names: ReadonlySet<string>) {
    const { name, description } = told;
    const words = description.trim() === "" ? `${name}, of the MCP server ${server.name}` : description.trim();
    this.name = freeName(`${server.name}__${name}`.replaceAll(/[^\w-]+/g, "_").slice(0, maxName), names);
    this.schema = readSchema(told.inputSchema);
    this.description = clip(words, maxDescription);
    this.shortDescription = shortened(words.split(/\n|(?<=\.)\s/, 1)[0] ?? "", maxShortDescription);
    this.input = inputOf(this.schema);
    this.#server = server;
    this.#told = told;
  }

  title(input: unknown): string {
    return shortened(JSON.stringify(input), maxTitle);
  }

  async run(input: unknown, call: ToolCallContext): Promise<ToolOutcome> {
    const { name } = this.#told;
    const { name: server, hash, connection } = this.#server;
    const args = isRecord(input) ? input : {};
    const tool = { server, serverHash: hash, name, input: JSON.stringify(args, null, 1) };
    const allowed = await permit(call, `${name} of the MCP server ${server}`, { kind: "other", tool });
    if (!allowed.ok) return allowed;
    const came = await connection.call(name, args, call.signal);
    if (came.ok) return ok({ text: came.value });
    if (call.signal.aborted) return fault("CANCELLED", "Stopped by the person");
    const { error } = came;
    if (error.length <= maxFault) return fault("EXECUTION_FAILED", error);
    const whole = { attached: error, shown: { output: error } };
    return fail({ code: "EXECUTION_FAILED", message: shortened(error, maxFault), ...whole });
  }
}

function shortened(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function freeName(name: string, names: ReadonlySet<string>): string {
  if (!names.has(name)) return name;
  for (let number = 2; ; number += 1) {
    const other = `${name.slice(0, maxName - 4)}_${number}`;
    if (!names.has(other)) return other;
  }
}

type Field = { type?: unknown; description?: unknown };
type Schema = { type: "object"; properties: Record<string, Field>; required: string[] };

/** As much of a server's schema as is one of an object; of a long one the names and types of its fields. */
function readSchema(given: Record<string, unknown>): Schema & Record<string, unknown> {
  const { $schema: _, properties: fields, required: needed, ...others } = given;
  const isField = (entry: [string, unknown]): entry is [string, Field] => isRecord(entry[1]) && entry[0] !== "__proto__";
  const properties = Object.fromEntries(isRecord(fields) ? Object.entries(fields).filter(isField) : []);
  const required = Array.isArray(needed) ? needed.filter((name): name is string => Object.hasOwn(properties, String(name))) : [];
  const whole = { ...others, type: "object" as const, properties, required };
  if (JSON.stringify(whole).length <= maxSchema) return whole;
  const short = Object.entries(properties).map(([name, { type }]) => [name, typeof type === "string" ? { type } : {}] as const);
  const named = { type: "object" as const, properties: Object.fromEntries(short), required };
  return JSON.stringify(named).length <= maxSchema ? named : { type: "object", properties: {}, required: [] };
}

const byType: Readonly<Record<string, z.ZodType>> = {
  string: z.string(),
  number: z.number(),
  integer: z.int(),
  boolean: z.boolean(),
  array: z.array(z.unknown()),
  object: z.record(z.string(), z.unknown()),
};

/** What is needed and of which type, checked before anything is asked or sent; the rest of a schema is its server's to check. */
function inputOf({ properties, required }: Schema): z.ZodType {
  const fields = Object.entries(properties).map(([name, { type }]) => {
    const known = typeof type === "string" && Object.hasOwn(byType, type) ? byType[type] : undefined;
    const value = known ?? z.unknown().refine((given) => given !== undefined, "is missing");
    return [name, required.includes(name) ? value : value.optional()] as const;
  });
  return z.looseObject(Object.fromEntries(fields));
}
