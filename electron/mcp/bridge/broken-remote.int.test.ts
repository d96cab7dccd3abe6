import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "../../testing/until.ts";
import { callTool, connectTo, openMcpBench, type McpBench } from "../../testing/mcp-bench.ts";

type Sent = { id?: number; method: string };

let bench: McpBench;
let server: Server;
/** What its stream is that all answers go by, where it has one. */
let stream: ServerResponse | null;

beforeEach(() => {
  bench = openMcpBench();
  stream = null;
});
afterEach(async () => {
  await bench.run.dispose();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A server elsewhere that introduces itself, and breaks the connection on which it is to answer a call. */
async function startBreaking(answer: (request: IncomingMessage, response: ServerResponse, sent: Sent | null) => void) {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => answer(request, response, body === "" ? null : (JSON.parse(body) as Sent)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const introduction = {
  protocolVersion: "2025-03-26",
  capabilities: { tools: {} },
  serverInfo: { name: "far", version: "1" },
};
const event = (id: number | undefined, result: object): string =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: "2.0", id, result })}\n\n`;

const breaking = {
  sse: (_: IncomingMessage, response: ServerResponse, sent: Sent | null): void => {
    if (!sent) {
      stream = response;
      response.writeHead(200, { "content-type": "text/event-stream" }).write("event: endpoint\ndata: /messages\n\n");
      return;
    }
    response.writeHead(202).end();
    if (sent.method === "initialize") stream?.write(event(sent.id, introduction));
    if (sent.method === "tools/call") stream?.destroy();
  },
  http: (_: IncomingMessage, response: ServerResponse, sent: Sent | null): void => {
    if (!sent) return void response.writeHead(405).end();
    if (sent.id === undefined) return void response.writeHead(202).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    if (sent.method === "initialize") response.end(event(sent.id, introduction));
    else if (sent.method === "tools/call") response.end();
  },
};

it("a server by sse whose idle connection breaks is there again with the next one", async () => {
  let streams = 0;
  const url = await startBreaking((_, response, sent) => {
    if (!sent) {
      stream = response;
      streams += 1;
      response.writeHead(200, { "content-type": "text/event-stream" }).write("retry: 10\nevent: endpoint\ndata: /messages\n\n");
      return;
    }
    response.writeHead(202).end();
    if (sent.method === "initialize") stream?.write(event(sent.id, introduction));
    if (sent.method === "tools/call") stream?.write(event(sent.id, { content: [{ type: "text", text: "here again" }] }));
  });
  bench.write({ far: { type: "sse", url } });
  await bench.approve("far");
  const client = await connectTo((await bench.use("agent"))[0]);
  const before = streams;
  stream?.destroy();
  await until(() => streams > before, "the next stream");
  expect(JSON.stringify(await callTool(client, "anything"))).toContain("here again");
  await client.close();
});

it.each(["sse", "http"] as const)("a call to a server by %s whose connection breaks is answered with an error", async (type) => {
  const url = await startBreaking(breaking[type]);
  bench.write({ far: { type, url } });
  await bench.approve("far");
  const client = await connectTo((await bench.use("agent"))[0]);
  await expect(callTool(client, "anything")).rejects.toThrow(/ended/);
  await client.close();
});
