import * as z from "zod";
import type { McpEntry } from "../../../shared/mcp-entry.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";

const texts = z.record(z.string(), z.coerce.string()).nullish();
const list = z.array(z.coerce.string()).nullish();

/** All the words that other programs have for a server; each has some of them. */
const foreign = z.looseObject({
  type: z.string().nullish(),
  transport: z.string().nullish(),
  command: z.union([z.string(), z.array(z.string()).min(1)]).nullish(),
  args: list,
  env: texts,
  environment: texts,
  cwd: z.string().nullish(),
  envFile: z.string().nullish(),
  url: z.string().nullish(),
  serverUrl: z.string().nullish(),
  httpUrl: z.string().nullish(),
  headers: texts,
  http_headers: texts,
  env_http_headers: z.record(z.string(), z.string()).nullish(),
  bearer_token_env_var: z.string().nullish(),
});
type Foreign = z.infer<typeof foreign>;

/**
 * Another program's server in our words, or why it can't be said in them. `geminiStyle`: `url` is the older transport
 * there, and `$NAME` a variable.
 */
export function translateEntry(value: unknown, { geminiStyle }: { geminiStyle: boolean }): Result<McpEntry, string> {
  const parsed = foreign.safeParse(value);
  if (!parsed.success) return fail("It has another form than is known");
  const server = parsed.data;
  if (server.cwd) return fail("It begins in a folder of its own (cwd), which Hearth doesn't keep");
  if (server.envFile) return fail("Its variables are in a file (envFile), which Hearth doesn't read");
  const entry = server.command ? programOf(server, geminiStyle) : addressOf(server, geminiStyle);
  if (entry === null) return fail("It has neither a command nor an address");
  const unknown = unknownMark(entry);
  return unknown === null ? ok(entry) : fail(`It uses ${unknown}, which only that program can fill in`);
}

function programOf({ command, args, env, environment }: Foreign, geminiStyle: boolean): McpEntry {
  const [first = "", ...more] = typeof command === "string" ? [command] : (command ?? []);
  return {
    type: "stdio",
    command: first,
    args: [...more, ...(args ?? [])],
    env: marked({ ...env, ...environment }, geminiStyle),
    shared: false,
  };
}

function addressOf(server: Foreign, geminiStyle: boolean): McpEntry | null {
  const { url, serverUrl, httpUrl } = server;
  const address = httpUrl ?? url ?? serverUrl;
  if (!address || !/^https?:\/\//.test(address)) return null;
  const said = server.type ?? server.transport ?? "";
  const isSse = said === "sse" || (said === "" && geminiStyle && !httpUrl);
  const fromEnv = Object.entries(server.env_http_headers ?? {}).map(([name, variable]) => [name, `\${${variable}}`]);
  const bearer = server.bearer_token_env_var ? { Authorization: `Bearer \${${server.bearer_token_env_var}}` } : {};
  const headers = { ...server.headers, ...server.http_headers, ...Object.fromEntries(fromEnv), ...bearer } as Record<
    string,
    string
  >;
  return { type: isSse ? "sse" : "http", url: address, headers: marked(headers, geminiStyle) };
}

/** What stands for a variable of the shell, in our way of writing it. */
function marked(values: Record<string, string>, geminiStyle: boolean): Record<string, string> {
  const marks = geminiStyle ? /\$([A-Za-z_]\w*)/g : /\$?\{env:(\w+)\}/g;
  const mark = (value: string): string => value.replace(marks, (_, name: string) => `\${${name}}`);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, mark(value)]));
}

/** Ours are names of variables, in values alone. */
function unknownMark(entry: McpEntry): string | null {
  const [plain, values] = entry.type === "stdio" ? [[entry.command, ...entry.args], entry.env] : [[entry.url], entry.headers];
  const inPlain = plain.map((word) => /\$\{[^}]*\}|\{env:\w+\}/.exec(word)?.[0]);
  const inValues = Object.values(values).map((value) => /\$\{(?!\w+\})[^}]*\}?|\{file:[^}]*\}/.exec(value)?.[0]);
  return [...inPlain, ...inValues].find((mark) => mark !== undefined) ?? null;
}
