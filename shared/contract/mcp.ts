import * as z from "zod";
import { fields } from "../fields.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";

const strings = z.record(z.string(), z.string());
const local = z.object({
  type: z.literal("stdio").default("stdio"),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: strings.default({}),
});
const remote = z.object({
  type: z.enum(["http", "sse"]),
  url: z.url({ protocol: /^https?$/ }),
  headers: strings.default({}),
});

/** A server as `mcp.json` has it, in the words of other agents' `.mcp.json`. */
export const mcpEntry = z.union([local, remote]);
export type McpEntry = z.infer<typeof mcpEntry>;

/** What of a server may be shown: no value of a variable or a header. */
export const mcpServer = z.object({
  name: z.string(),
  /** The command with its arguments, or the address. */
  what: z.string(),
  /** The names of its variables or headers. */
  sets: z.array(z.string()),
  /** Of all that it is; an approval is of this. */
  hash: z.string(),
  /** `on`: agents get it; `changed`: it isn't what was approved, and nobody gets it until it is approved anew. */
  state: z.enum(["on", "off", "changed"]),
  /** What was approved, where it has changed. */
  was: z.string().nullable(),
});
export type McpServer = z.infer<typeof mcpServer>;

export const mcpList = z.object({
  path: z.string(),
  servers: z.array(mcpServer),
  problems: z.array(z.object({ line: z.int().nullable(), field: z.string(), message: z.string() })),
});
export type McpList = z.infer<typeof mcpList>;

export const mcp = {
  list: procedureWithoutInput("GET", "/mcp/servers", "List the MCP servers of the person's mcp.json; none is started").output(
    mcpList,
  ),
  approve: procedure(
    "POST",
    "/mcp/servers/{name}/approve",
    "Let agents have an MCP server as it was listed: what changes later has to be approved anew",
    fields({ name: z.string(), hash: z.string().describe("as it was listed") }),
  )
    .output(mcpList)
    .errors(errors("MCP_SERVER_NOT_FOUND", "TRUST_CHANGED", "DISK_FULL")),
  withdraw: procedure(
    "POST",
    "/mcp/servers/{name}/withdraw",
    "Give an MCP server to no new session any more",
    fields({ name: z.string() }),
  )
    .output(mcpList)
    .errors(errors("MCP_SERVER_NOT_FOUND", "DISK_FULL")),
};
