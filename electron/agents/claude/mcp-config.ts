import type { GivenServer } from "../../mcp/given-servers.ts";

type Named = { servers: Record<string, object>; env: Record<string, string> };

/**
 * The servers as they stand on the command line, which everybody on the machine can read: each value of a variable or
 * header is named there, and is in the environment, out of which Claude Code fills it in.
 */
export function namedValues(given: readonly GivenServer[]): Named {
  const env: Record<string, string> = {};
  const named = (values: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const variable = `HEARTH_MCP_${Object.keys(env).length + 1}`;
        env[variable] = value;
        return [name, `\${${variable}}`];
      }),
    );
  const servers = given.map(({ name, entry }) => {
    if (entry.type !== "stdio") return [name, { ...entry, headers: named(entry.headers) }];
    const { shared: _shared, ...program } = entry;
    return [name, { ...program, env: named(entry.env) }];
  });
  return { servers: Object.fromEntries(servers) as Named["servers"], env };
}
