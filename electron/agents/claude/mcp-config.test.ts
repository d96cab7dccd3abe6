import { expect, it } from "vitest";
import type { GivenServer } from "../../mcp/mcp-service.ts";
import { namedValues } from "./mcp-config.ts";

const given: GivenServer[] = [
  { name: "local", entry: { type: "stdio", command: "serve", args: ["-v"], env: { TOKEN: "secret-1", MODE: "${x}" } } },
  { name: "far", entry: { type: "http", url: "https://mcp.test", headers: { authorization: "Bearer secret-2" } } },
];

it("no value of a variable or header stands where everybody on the machine can read it", () => {
  const { servers, env } = namedValues(given);
  expect(JSON.stringify(servers)).not.toMatch(/secret|\$\{x\}/);
  const filled = JSON.stringify(servers).replace(/\$\{(HEARTH_MCP_\d+)\}/g, (_, name: string) => env[name] ?? "");
  expect(JSON.parse(filled)).toEqual(Object.fromEntries(given.map(({ name, entry }) => [name, entry])));
});
