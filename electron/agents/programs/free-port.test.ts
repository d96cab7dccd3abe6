import { createServer } from "node:net";
import { expect, it } from "vitest";
import { withFreePort } from "./free-port.ts";

it("puts a port that can be listened on where the arguments want one, another each time, and leaves others alone", async () => {
  expect(await withFreePort(["acp", "--port", "0"])).toEqual(["acp", "--port", "0"]);
  const [first, second] = [await withFreePort(["acp", "--port", "{port}"]), await withFreePort(["acp", "--port", "{port}"])];
  expect(first.slice(0, 2)).toEqual(["acp", "--port"]);
  expect(first[2]).not.toBe(second[2]);
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.on("error", reject).listen(Number(first[2]), "127.0.0.1", resolve));
  server.close();
});
