import * as z from "zod";
import { fields } from "./fields.ts";

const strings = z.record(z.string(), z.string());
const local = z.object({
  type: z.literal("stdio").default("stdio"),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: strings.default({}),
  /** One process serves all sessions. */
  shared: z.boolean().default(false),
});
const remote = z.object({
  type: z.enum(["http", "sse"]),
  url: z.url({ protocol: /^https?$/ }),
  headers: strings.default({}),
});

/** An MCP server as `mcp.json` has it, in the words of other agents' `.mcp.json`. */
export const mcpEntry = z.union([local, remote]);
export type McpEntry = z.infer<typeof mcpEntry>;

/** In a value of `mcp.json`: what Hearth keeps for it outside of the file. `${NAME}` is the login shell's. */
export const keptMark = "${keyring}";

/** A value to be written down: in the file, kept outside of it, or (null) as it is. */
const wantedValue = z.union([z.string(), fields({ secret: z.string().min(1) }), z.null()]);
export type WantedValue = z.infer<typeof wantedValue>;
const wantedValues = z.record(z.string().min(1), wantedValue).default({});

/** An MCP server as a person adds or changes it. */
export const wantedMcpEntry = z.discriminatedUnion("type", [
  fields({
    type: z.literal("stdio"),
    command: z.string().trim().min(1, "Give a command"),
    args: z.array(z.string()).default([]),
    env: wantedValues,
    shared: z.boolean().default(false),
  }),
  fields({
    type: z.enum(["http", "sse"]),
    url: z.url({ protocol: /^https?$/, error: "It is an address that begins with http:// or https://" }),
    headers: wantedValues,
  }),
]);
export type WantedMcpEntry = z.infer<typeof wantedMcpEntry>;

/** What every agent takes for a server's name. */
export const mcpName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, "A server's name is letters, digits, - and _");
