import * as z from "zod";
import { fields } from "../fields.ts";
import { mcpName, wantedMcpEntry } from "../mcp-entry.ts";
import { agentKey } from "./agent-parts.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";
import { isoTime } from "../run-event.ts";

export const mcpTool = z.object({
  name: z.string(),
  description: z.string(),
  /** What else agents are told of it (title, input, output), as JSON. */
  more: z.string(),
  /** `new` and `changed` since it was approved: agents don't get it until then. */
  state: z.enum(["approved", "new", "changed"]),
  /** What it said of itself when it was approved, where it says something else. */
  was: z.object({ description: z.string(), more: z.string() }).nullable(),
});
export type McpTool = z.infer<typeof mcpTool>;

/** What a server told when Hearth asked it, or an agent did through Hearth. */
export const mcpTold = z.object({
  at: isoTime,
  /** Its name and version, in its own words; null where only its tools are known. */
  title: z.string().nullable(),
  /** Why it couldn't be asked, with what it printed last. */
  problem: z.string().nullable(),
  tools: z.array(mcpTool),
  /** How it says that it is to be used, which models read; null where it says nothing. As with a tool, agents don't get what is new. */
  instructions: z.object({ text: z.string(), state: mcpTool.shape.state, was: z.string().nullable() }).nullable(),
  /** Of all that as it is; an approval is of this. */
  toolsHash: z.string(),
});
export type McpTold = z.infer<typeof mcpTold>;

export const mcpSwitch = z.object({
  scope: z.enum(["all", "project", "session"]),
  /** Of the project or session; "" for all. */
  id: z.string(),
  on: z.boolean(),
});
export type McpSwitch = z.infer<typeof mcpSwitch>;

/** What of a server may be shown: no value of a variable or a header. */
export const mcpServer = z.object({
  name: z.string(),
  type: z.enum(["stdio", "http", "sse"]),
  /** The command with its arguments, or the address. */
  what: z.string(),
  /** The command and its arguments one by one; empty where it is elsewhere. */
  words: z.array(z.string()),
  /** The names of its variables or headers. */
  sets: z.array(z.string()),
  /** Those of them whose values Hearth keeps outside of `mcp.json`. */
  secrets: z.array(agentKey),
  /** Values that it needs and that are nowhere: variables of the login shell, or secrets. It is given to nobody until then. */
  missing: z.array(z.string()),
  /** Why nobody gets it as it is written, whatever was approved. */
  refused: z.string().nullable(),
  /** A package that it runs in whatever state that is in then; null where it is fixed, or it is no package. */
  floating: z.string().nullable(),
  /** One process of it for all sessions that get it, for one that keeps nothing of a session. */
  shared: z.boolean(),
  /** Where it is given or not; what is said of a session counts before its project, and that before all. Else it is. */
  switches: z.array(mcpSwitch),
  /** null: it wasn't asked since Hearth began. */
  told: mcpTold.nullable(),
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

/** A server in a file of another program's, as far as it may be shown. */
export const mcpFound = z.object({
  /** Whose file it is. */
  owner: z.string(),
  path: z.string(),
  name: z.string(),
  type: z.enum(["stdio", "http", "sse"]),
  what: z.string(),
  sets: z.array(z.string()),
  floating: z.string().nullable(),
  hash: z.string(),
  /** Why it can't be brought in as it is. */
  problem: z.string().nullable(),
  /** The same is in the list already, under this name. */
  isListed: z.boolean(),
});
export type McpFound = z.infer<typeof mcpFound>;

export const mcpFoundList = z.object({
  found: z.array(mcpFound),
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type McpFoundList = z.infer<typeof mcpFoundList>;

export const mcp = {
  list: procedureWithoutInput("GET", "/mcp/servers", "List the MCP servers of the person's mcp.json; none is started").output(
    mcpList,
  ),
  save: procedure(
    "PUT",
    "/mcp/servers/{name}",
    "Write an MCP server into mcp.json; agents get it once it is approved as it is then",
    fields({
      name: mcpName,
      entry: wantedMcpEntry,
      replace: z.boolean().default(false).describe("false: there is none of this name yet"),
    }),
  )
    .output(mcpList)
    .errors(errors("MCP_SERVER_EXISTS", "MCP_SERVER_NOT_FOUND", "MCP_FILE_INVALID", "DISK_FULL")),
  remove: procedure(
    "DELETE",
    "/mcp/servers/{name}",
    "Take an MCP server out of mcp.json, with its approval and its secrets",
    fields({ name: z.string() }),
  )
    .output(mcpList)
    .errors(errors("MCP_SERVER_NOT_FOUND", "MCP_FILE_INVALID", "DISK_FULL")),
  approve: procedure(
    "POST",
    "/mcp/servers/{name}/approve",
    "Let agents have an MCP server as it was listed: what changes later has to be approved anew",
    fields({
      name: z.string(),
      hash: z.string().describe("as it was listed"),
      toolsHash: z.string().optional().describe("of its tools as they were listed, where they are to be approved, too"),
    }),
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
  check: procedure(
    "POST",
    "/mcp/servers/{name}/check",
    "Start or reach an approved MCP server, ask for its tools, and leave it; what came of it stands in the list",
    fields({ name: z.string() }),
  )
    .output(mcpList)
    .errors(errors("MCP_SERVER_NOT_FOUND", "MCP_SERVER_OFF")),
  findOthers: procedure(
    "GET",
    "/mcp/others",
    "List the MCP servers in other programs' files, a trusted project's among them; none is brought in",
    fields({ projectId: z.string().optional() }),
  ).output(mcpFoundList),
  import: procedure(
    "POST",
    "/mcp/import",
    "Bring an MCP server of another program's into mcp.json, switched off, its secrets kept outside of the file",
    fields({
      path: z.string().describe("of the file, as it was listed"),
      name: z.string().describe("in that file"),
      hash: z.string().describe("as it was listed"),
      as: mcpName.optional().describe("its name here; else the same"),
      projectId: z.string().optional().describe("where the file is a project's"),
    }),
  )
    .output(mcpList)
    .errors(errors("MCP_SERVER_NOT_FOUND", "MCP_SERVER_EXISTS", "MCP_FILE_INVALID", "TRUST_CHANGED", "DISK_FULL")),
  switch: procedure(
    "POST",
    "/mcp/servers/{name}/switch",
    "Give an approved MCP server to new agent sessions somewhere, or don't; null: what holds in general holds there",
    fields({
      name: z.string(),
      scope: mcpSwitch.shape.scope,
      id: z.string().default("").describe("of the project or session; left out for all"),
      on: z.boolean().nullable(),
    }),
  )
    .output(mcpList)
    .errors(errors("MCP_SERVER_NOT_FOUND", "PROJECT_NOT_FOUND", "SESSION_NOT_FOUND")),
};
