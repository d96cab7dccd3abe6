import { createServer } from "node:net";

/** Stands in an agent's arguments for a free port of this machine. */
export const portPlace = "{port}";

/** The arguments with a free port in its place, another at each start. Whoever takes it first has it. */
export async function withFreePort(args: readonly string[]): Promise<string[]> {
  if (!args.includes(portPlace)) return [...args];
  const port = await freePort();
  return args.map((arg) => (arg === portPlace ? String(port) : arg));
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().on("error", reject);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
  });
  return promise;
}
