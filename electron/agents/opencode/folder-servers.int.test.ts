import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { GivenServer } from "../../mcp/given-servers.ts";
import { openApi } from "./api.ts";
import { FolderServers } from "./folder-servers.ts";

/** What was asked of the server, and what it has by folder. */
let asked: string[];
let has: Record<string, Record<string, { status: string; error?: string }>>;
let servers: FolderServers;
let broken: string | null;
const dead = "dead";

const api = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://opencode");
  const directory = url.searchParams.get("directory") ?? "";
  const there = (has[directory] ??= {});
  const answer = (value: unknown): void => void response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  const name = /^\/mcp\/(\w+)\/disconnect$/.exec(url.pathname)?.[1];
  if (name !== undefined) {
    asked.push(`take ${name}`);
    there[name] = { status: "disabled" };
    return answer(true);
  }
  if (request.method === "GET") return answer(there);
  void text(request).then((body) => {
    const added = JSON.parse(body) as { name: string; config: { type: string; oauth?: boolean } };
    if (added.name === dead) return;
    asked.push(`add ${added.name} ${added.config.type} ${added.config.oauth ?? "any"}`);
    there[added.name] = added.name === broken ? { status: "failed", error: "no answer" } : { status: "connected" };
    answer(there);
  });
});

const address = (): string => `http://127.0.0.1:${(api.address() as AddressInfo).port}`;

beforeEach(async () => {
  [asked, has, broken] = [[], {}, null];
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  servers = new FolderServers(openApi({ url: address(), authorization: "" }, (said) => said));
});
afterEach(() => new Promise((resolve) => api.close(resolve)));

const never = new AbortController().signal;
const give = (directory: string, given: readonly GivenServer[]): Promise<string[]> => servers.give(directory, given, never);
const here = (name: string): GivenServer => ({
  name,
  entry: { type: "http", url: "http://127.0.0.1:1/door", headers: { Authorization: name } },
  program: async () => null,
});

it("gives a folder what it is to have, once, and takes what it isn't to have any more", async () => {
  expect(await give("/a", [])).toEqual([]);
  expect(await give("/a", [here("one"), here("two")])).toEqual([]);
  expect(await give("/a", [here("one"), here("two")])).toEqual([]);
  expect(asked.toSorted()).toEqual(["add one remote false", "add two remote false"]);
  await give("/a", [here("two")]);
  expect(asked.at(-1)).toBe("take one");
  await give("/b", [here("two")]);
  expect(asked.at(-1)).toBe("add two remote false");
  expect(asked).toHaveLength(4);
});

it("leaves what the agent has of its own, and gives anew what it has lost or what became another", async () => {
  has["/a"] = { own: { status: "connected" } };
  await give("/a", [here("one")]);
  await give("/a", []);
  expect(asked).toEqual(["add one remote false", "take one"]);
  const program = { type: "stdio" as const, command: "serve", args: [], env: {}, shared: false };
  await give("/a", [{ name: "one", entry: program, program: async () => program }]);
  const far: GivenServer = {
    name: "far",
    entry: { type: "http", url: "https://far.test", headers: {} },
    program: async () => null,
  };
  await give("/a", [{ name: "one", entry: program, program: async () => program }, far]);
  expect(asked.slice(2)).toEqual(["add one local any", "add far remote any"]);
  servers.forget("/a");
  has["/a"] = {};
  await give("/a", [far]);
  expect(asked.at(-1)).toBe("add far remote any");
});

it("says what is wrong with one, and tries it again for the next chat", async () => {
  broken = "one";
  expect(await give("/a", [here("one")])).toEqual(["The MCP server one can't be used here: no answer"]);
  broken = null;
  expect(await give("/a", [here("one")])).toEqual([]);
  expect(asked).toHaveLength(2);
});

it("waits not for ever for one that doesn't answer, nor after Stop, and tries it again for the next chat", async () => {
  const hasty = new FolderServers(
    openApi({ url: address(), authorization: "" }, (said) => said),
    50,
  );
  expect(await hasty.give("/a", [here(dead), here("one")], never)).toEqual([
    "The MCP server dead can't be used here: It hasn't answered within 0.05 s",
  ]);
  expect(asked).toEqual(["add one remote false"]);
  const stop = new AbortController();
  const given = servers.give("/b", [here(dead)], stop.signal);
  stop.abort();
  expect(await given).toEqual([]);
  expect(await hasty.give("/a", [here(dead), here("one")], never)).toHaveLength(1);
  // It came after all, and isn't wanted any more.
  has["/a"] = { ...has["/a"], dead: { status: "connected" } };
  await hasty.give("/a", [], never);
  expect(asked.slice(-2).toSorted()).toEqual(["take dead", "take one"]);
  api.closeAllConnections();
});
