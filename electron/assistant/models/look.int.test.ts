import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import {
  startLocalModelServer,
  type LocalModelServer,
  type StandInKind,
  type StandInModel,
} from "../../testing/model-servers/start.ts";
import type { Endpoint } from "./endpoint.ts";
import { lookAt } from "./look.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const endpointAt = (url: string): Endpoint => ({
  id: "e",
  name: "E",
  url,
  local: true,
  origin: "added",
  likely: [],
  limitMs: 20_000,
});
const { signal } = new AbortController();
const at = (url: string, more: { key?: string; only?: string } = {}) =>
  lookAt(endpointAt(url), { key: more.key ?? null, only: more.only ?? null, signal });

async function standIn(kind: StandInKind, models?: StandInModel[], key?: string): Promise<LocalModelServer> {
  const server = await startLocalModelServer({ kind, ...(models ? { models } : {}), ...(key === undefined ? {} : { key }) });
  open.push(server);
  return server;
}

/** A server that isn't one: it answers as it likes. */
async function hostile(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({ close: () => (server.closeAllConnections(), server.close()) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const both: StandInModel[] = [
  { name: "qwen/qwen3:8b", window: 16_384, largest: 131_072, loaded: true, tools: true, reasoning: true, slots: 2 },
  { name: "gemma", window: 8192, largest: 262_144, loaded: false },
];

it.each([
  ["llama-server", "llama-server", { window: 16_384, tools: true, reasoning: true, slots: 2 }],
  ["llama-server-router", "llama-server", { window: 16_384, tools: true, reasoning: true, slots: 2 }],
  ["llama-swap", "llama-swap", { window: 16_384, tools: true, reasoning: true, slots: 2 }],
  ["ollama", "ollama", { window: 16_384, tools: true, reasoning: true, slots: null }],
  ["lm-studio", "lm-studio", { window: 16_384, tools: true, reasoning: true, slots: 4 }],
  ["lm-studio-0.3", "lm-studio", { window: 16_384, tools: true, reasoning: null, slots: null }],
  ["vllm", "vllm", { window: 16_384, tools: null, reasoning: null, slots: null }],
] as const)("reads %s by its own API, with the window as loaded", async (kind, server, told) => {
  const { url, root } = await standIn(kind, kind === "llama-server" ? both.slice(0, 1) : both);
  for (const address of [url, root]) {
    const look = await at(address);
    expect(look).toMatchObject({ state: "ready", server });
    expect(look.models[0]).toMatchObject({ id: "e/qwen/qwen3:8b", name: "qwen/qwen3:8b", loaded: true, ...told });
  }
});

it.each(["llama-server-router", "llama-swap", "ollama", "lm-studio", "lm-studio-0.3"] as const)(
  "says of %s that the window of a model that isn't loaded is unknown, and loads none by asking",
  async (kind) => {
    const models = structuredClone(both);
    const { url } = await standIn(kind, models);
    for (const only of [undefined, "gemma"]) {
      const look = await at(url, only === undefined ? {} : { only });
      expect(look.models.find(({ name }) => name === "gemma")).toMatchObject({ window: null, loaded: false });
    }
    expect(models[1]?.loaded).toBe(false);
  },
);

it.each(["llama-server", "vllm", "ollama", "lm-studio", "llama-swap"] as const)(
  "takes a window of 0 from %s for unknown",
  async (kind) => {
    const { url } = await standIn(kind, [{ name: "m", window: 0, loaded: true, largest: 131_072 }]);
    expect((await at(url)).models).toMatchObject([{ name: "m", window: null }]);
  },
);

it.each(["ollama", "lm-studio", "lm-studio-0.3"] as const)("leaves models of %s out that don't chat", async (kind) => {
  const { url } = await standIn(kind, [{ name: "embed", embeds: true }, { name: "chat" }]);
  expect((await at(url)).models.map(({ name }) => name)).toEqual(["chat"]);
});

it("knows nothing of another server's models but their names", async () => {
  const { url } = await standIn("plain", [{ name: "m", window: 4096 }]);
  expect(await at(url)).toMatchObject({ server: "other", models: [{ name: "m", window: null, loaded: null, tools: null }] });
});

it("sends a key with each question, and says that one is asked for, or that it isn't taken", async () => {
  const server = await standIn("ollama", undefined, "sk-right");
  expect(await at(server.url)).toMatchObject({ state: "refused", problem: "It asks for a key" });
  const wrong = await at(server.url, { key: "sk-wrong-one" });
  expect(wrong).toMatchObject({ state: "refused", problem: "It doesn't take this key" });
  server.asked.length = 0;
  expect(await at(server.url, { key: "sk-right" })).toMatchObject({ state: "ready" });
  expect(server.asked.every((question) => question.endsWith("(sk-right)"))).toBe(true);
});

it("says that nothing listens", async () => {
  const server = await standIn("vllm");
  await server.close();
  open.pop();
  expect(await at(server.url)).toMatchObject({ state: "silent", problem: "Nothing listens there", models: [] });
});

it("follows no redirect, so that a key stays where it was sent", async () => {
  const elsewhere = await standIn("vllm");
  const url = await hostile((request, response) => response.writeHead(307, { location: elsewhere.root + request.url }).end());
  expect(await at(url, { key: "sk-secret-1234" })).toMatchObject({ state: "odd", problem: expect.stringContaining("elsewhere") });
  expect(elsewhere.asked).toEqual([]);
});

it("shows no key that a server says back, and nothing hidden of what it says", async () => {
  const url = await hostile((request, response) =>
    response.writeHead(500).end(JSON.stringify({ error: { message: `\u001B[31mno ${request.headers.authorization}` } })),
  );
  const { problem } = await at(url, { key: "sk-secret-1234" });
  expect(problem).toContain("It answers 500");
  expect(problem).not.toMatch(/sk-secret-1234|\u001B/);
});

it.each([
  ["more than 1 MB", (_, response) => response.end(`[${"1,".repeat(600_000)}1]`), /more than 1 MB/],
  ["no JSON", (_, response) => response.end("<html>"), /JSON/],
  ["another shape", (_, response) => response.end('{"data":{"id":1}}'), /isn't that of a model server/],
  ["null", (_, response) => response.end("null"), /isn't that of a model server/],
] as [string, RequestListener, RegExp][])("takes %s for no model server", async (_, answer, words) => {
  const look = await at(await hostile(answer));
  expect(look).toMatchObject({ state: "odd", server: null, models: [] });
  expect(look.problem).toMatch(words);
});

it("leaves out what can't be read in a list, and reads 200 at most", async () => {
  const good = Array.from({ length: 500 }, (_, at) => ({ id: `m-${at}`, max_model_len: 0.5 }));
  const data = [null, 7, {}, { id: "" }, { id: "a\u202Eb" }, { id: "x".repeat(1000) }, ...good];
  const url = await hostile((request, response) =>
    request.url === "/v1/models" ? response.end(JSON.stringify({ data })) : response.writeHead(404).end(),
  );
  const { models } = await at(url);
  expect(models).toHaveLength(194);
  expect(models[0]).toMatchObject({ name: "m-0", window: null });
});

it("stops asking where whoever asked goes", async () => {
  const going = new AbortController();
  const url = await hostile(() => going.abort(new Error("gone")));
  const look = lookAt(endpointAt(url), { key: null, only: null, signal: going.signal });
  await expect(look).rejects.toThrow("gone");
});
