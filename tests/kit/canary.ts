import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that nothing of Hearth's may call by itself; it notes who does. */
export type Canary = {
  url: string;
  port: number;
  connections(): number;
  calls: { url: string; headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
};

/** `page` is what it answers with, for whom is sent there. */
export async function startCanary(page = ""): Promise<Canary> {
  const calls: Canary["calls"] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    calls.push({ url: request.url ?? "", headers: request.headers });
    response.writeHead(200, { "content-type": "text/html", "access-control-allow-origin": "*" });
    response.end(page);
  });
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
