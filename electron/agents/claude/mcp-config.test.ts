import { expect, it } from "vitest";
import type { GivenServer } from "../../mcp/given-servers.ts";
import { namedValues } from "./mcp-config.ts";

const local = { type: "stdio" as const, command: "serve", args: ["-v"], env: { TOKEN: "secret-1", MODE: "${x}" } };
const far = { type: "http" as const, url: "https://mcp.test", headers: { authorization: "Bearer secret-2" } };
const given: GivenServer[] = [
  { name: "local", entry: { ...local, shared: false }, program: async () => null },
  { name: "far", entry: far, program: async () => null },
];

it("no value of a variable or header stands where everybody on the machine can read it", () => {
  const { servers, env } = namedValues(given);
  expect(JSON.stringify(servers)).not.toMatch(/secret|\$\{x\}/);
  const filled = JSON.stringify(servers).replace(/\$\{(HEARTH_MCP_\d+)\}/g, (_, name: string) => env[name] ?? "");
  expect(JSON.parse(filled)).toEqual({ local, far });
});
