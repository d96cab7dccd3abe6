import type { McpServer } from "../port.ts";

export const toolName = "proof_word";
/** What its only tool returns. */
export const word = "kittiwake4711";

/** A whole MCP server that writes down that it was spoken to, and has one tool. */
const program = `
const fs = require("node:fs");
const [mark, tool, word] = process.argv.slice(1);
const reply = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
const results = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "proof", version: "1" } }),
  "tools/list": () => ({ tools: [{ name: tool, description: "Tells the word", inputSchema: { type: "object", properties: {} } }] }),
  "tools/call": () => ({ content: [{ type: "text", text: word }] }),
  ping: () => ({}),
};
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") fs.writeFileSync(mark, "asked");
  if (id !== undefined && results[method]) reply(id, results[method](params));
});
`;

/** It writes `mark` once an agent has spoken to it. */
export function askingServer(node: string, mark: string): McpServer {
  return { name: "proof", command: node, args: ["-e", program, mark, toolName, word], env: {} };
}
