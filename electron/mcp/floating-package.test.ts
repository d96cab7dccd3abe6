import { expect, it } from "vitest";
import { mcpEntry } from "../../shared/mcp-entry.ts";
import { floatingPackage } from "./floating-package.ts";

const of = (line: string): string | null => {
  const [command, ...args] = line.split(" ");
  return floatingPackage(mcpEntry.parse({ command, args }));
};

it.each([
  ["npx -y @scope/server", "@scope/server"],
  ["npx -y @scope/server@latest", "@scope/server@latest"],
  ["npx --yes server@^1.2.3 --flag", "server@^1.2.3"],
  ["npx server@1.2", "server@1.2"],
  ["/usr/local/bin/npx -p server@next run", "server@next"],
  ["npx --package=server run", "server"],
  ["npx --registry https://npm.test server", "server"],
  ["bunx server", "server"],
  ["pnpm dlx server", "server"],
  ["uvx --python 3.12 mcp-server-git", "mcp-server-git"],
  ["uvx --from mcp-server-git git", "mcp-server-git"],
  ["pipx run server", "server"],
])("S22 names what %s may bring", (line, named) => expect(of(line)).toBe(named));

it.each([
  "npx -y @scope/server@1.2.3",
  "npx server@1.2.3-beta.1 --flag",
  "npx ./server",
  "uvx mcp-server-git==2025.1.14",
  "uvx mcp-server-git@1.2.3",
  "node server.js",
  "pnpm exec server",
  "/opt/server@latest",
])("has nothing against %s", (line) => expect(of(line)).toBeNull());

it("has nothing against a server that is elsewhere", () => {
  expect(floatingPackage(mcpEntry.parse({ type: "http", url: "https://npx.test" }))).toBeNull();
});
