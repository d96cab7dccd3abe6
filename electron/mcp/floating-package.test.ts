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
  ["uvx --from git+https://git.test/server server", "git+https://git.test/server"],
  ["uvx --from git+https://git.test/server@v1.2.3 server", "git+https://git.test/server@v1.2.3"],
  ["uvx --with other mcp-server-git==2025.1.14", "other"],
  ["uv tool run mcp-server-git", "mcp-server-git"],
  ["npx -y github:user/server", "github:user/server"],
  ["npx user/server#main", "user/server#main"],
  ["npx https://host.test/server.tgz", "https://host.test/server.tgz"],
  ["npx file:/opt/server", "file:/opt/server"],
  ["npx -p server@1.2.3 -p other run", "other"],
  ["npm exec -y server", "server"],
  ["bun x server", "server"],
  ["env A=1 npx server", "server"],
  ["cmd /c npx -y server", "server"],
  ["deno run -A npm:server", "npm:server"],
])("S22 names what %s may bring", (line, named) => expect(of(line)).toBe(named));

it.each([
  "npx -y @scope/server@1.2.3",
  "npx server@1.2.3-beta.1 --flag",
  `npx github:user/server#${"a".repeat(40)}`,
  `uvx --from git+https://git.test/server@${"b".repeat(40)} server`,
  "npx -p server@1.2.3 run",
  "deno run npm:server@1.2.3",
  "uvx mcp-server-git==2025.1.14",
  "uvx mcp-server-git@1.2.3",
  "node server.js",
  "pnpm exec server",
  "/opt/server@latest",
])("has nothing against %s", (line) => expect(of(line)).toBeNull());

it("has nothing against a server that is elsewhere", () => {
  expect(floatingPackage(mcpEntry.parse({ type: "http", url: "https://npx.test" }))).toBeNull();
});
