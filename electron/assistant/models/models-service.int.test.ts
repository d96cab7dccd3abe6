import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ModelEndpoint } from "../../../shared/contract/models.ts";
import { fail } from "../../../shared/result.ts";
import { ManualClock } from "../../lib/clock.ts";
import { silentLog } from "../../lib/log.ts";
import { SealedValues } from "../../lib/sealed-values.ts";
import type { Vault } from "../../lib/vault.ts";
import { LocalModelRepository } from "../../store/local-models.ts";
import { openStore, type Store } from "../../store/open.ts";
import { startLocalModelServer, type LocalModelServer } from "../../testing/model-servers/start.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { placeAt } from "./endpoint.ts";
import { LocalModels } from "./local-models.ts";
import type { OwnServer } from "./model.ts";
import { ModelsService } from "./models-service.ts";

const secret = "sk-hidden-0123456789";
const { signal } = new AbortController();
const keyring: Vault = {
  seal: async (text) => Buffer.from(text).reverse().toString("base64"),
  open: async (sealed) => Buffer.from(sealed, "base64").reverse().toString(),
};

let folder: string;
let store: Store;
let server: LocalModelServer;
beforeEach(async () => {
  folder = tempFolder("models");
  const opened = openStore(path.join(folder, "data"), 0);
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  server = await startLocalModelServer({ kind: "vllm", models: [{ name: "org/m", window: 4096 }], key: secret });
});
afterEach(async () => {
  store.close();
  await server.close();
});

const nothingOwn: OwnServer = {
  endpoint: { ...placeAt(1, []), id: "embedded", origin: "embedded" },
  look: () => null,
  hold: () => () => {},
  route: async () => fail({ type: "unknown", message: "There is none" }),
};

/** As Hearth has it that begins now on this store. */
function begin(vault: Vault | null): { service: ModelsService; models: LocalModels } {
  const rows = new LocalModelRepository(store);
  const keys = new SealedValues({ file: path.join(folder, "model-keys.json"), vault, log: silentLog });
  const clock = new ManualClock();
  const models = new LocalModels({ rows, keys, clock, log: silentLog, own: nothingOwn, signal, places: [] });
  return { service: new ModelsService({ rows, keys, models, clock }), models };
}

async function addTo(service: ModelsService, more: { key?: string; name?: string } = {}): Promise<ModelEndpoint> {
  const added = await service.addEndpoint({ url: `${server.root}/`, ...more });
  if (!added.ok) throw new Error(added.error.message);
  return added.value.endpoints.at(-1)!;
}

it("adds a server by its address with a key, which is kept sealed and shown nowhere", async () => {
  const { service } = begin(keyring);
  const endpoint = await addTo(service, { key: secret });
  expect(endpoint).toMatchObject({
    ...{ name: `127.0.0.1:${server.port}`, url: server.root, origin: "added", local: true, key: "kept" },
    ...{ server: "vllm", state: "ready", problem: null },
    models: [{ id: `${endpoint.id}/org/m`, window: 4096, on: true, sampling: {} }],
  });
  expect(JSON.stringify(await service.list())).not.toContain(secret);
  expect(readFileSync(path.join(folder, "model-keys.json"), "utf8")).not.toContain(secret);
  expect(readFileSync(path.join(folder, "data/hearth.db"), "latin1")).not.toContain(secret);
  expect((await begin(keyring).service.list()).endpoints).toMatchObject([{ state: "ready", key: "kept" }]);
});

it("keeps a key for this run only where there is no keyring, and says so", async () => {
  expect(await addTo(begin(null).service, { key: secret })).toMatchObject({ state: "ready", key: "this-run" });
  expect(
    existsSync(path.join(folder, "model-keys.json")) && readFileSync(path.join(folder, "model-keys.json"), "utf8"),
  ).not.toContain(secret);
  expect((await begin(null).service.list()).endpoints).toMatchObject([{ state: "refused", key: "unset" }]);
});

it("refuses what is no address, and one that is there already, at the field that it is", async () => {
  const { service } = begin(null);
  expect(await service.addEndpoint({ url: "ftp://host" })).toMatchObject({ error: { code: "INPUT_INVALID", field: "url" } });
  await addTo(service, { name: "Mine" });
  expect(await service.addEndpoint({ url: server.root })).toMatchObject({
    error: { code: "MODEL_ENDPOINT_EXISTS", field: "url", message: "Mine has this address already" },
  });
});

it("sends a key to no other server because the address was changed", async () => {
  const other = await startLocalModelServer({ kind: "vllm" });
  const { service } = begin(keyring);
  const { id } = await addTo(service, { key: secret });
  const renamed = await service.updateEndpoint(id, { name: "Renamed", url: server.url });
  expect(renamed).toMatchObject({ value: { endpoints: [{ name: "Renamed", url: server.url, key: "kept", state: "ready" }] } });
  const moved = await service.updateEndpoint(id, { url: other.root });
  await other.close();
  expect(moved).toMatchObject({ value: { endpoints: [{ url: other.root, key: "unset", state: "ready" }] } });
  expect(other.asked.join()).not.toContain(secret);
});

it("takes a server away with its key and what was set for its models, and no other's", async () => {
  const { service, models } = begin(keyring);
  const { id } = await addTo(service, { key: secret });
  service.updateModel(`${id}/org/m`, { on: false });
  const rows = new LocalModelRepository(store);
  rows.setChoice(`${id}x/org/m`, { isOff: true, sampling: {} });
  expect(await service.removeEndpoint(id)).toEqual({ ok: true, value: expect.objectContaining({ endpoints: [] }) });
  expect([rows.choiceOf(`${id}/org/m`).isOff, rows.choiceOf(`${id}x/org/m`).isOff]).toEqual([false, true]);
  expect(readFileSync(path.join(folder, "model-keys.json"), "utf8")).toBe("{}\n");
  expect(models.list()).toEqual([]);
  expect(await service.removeEndpoint(id)).toMatchObject({ error: { code: "MODEL_ENDPOINT_NOT_FOUND" } });
});

it("switches a model off and sets its sampling, each without the other, for whoever uses it and after a restart", async () => {
  const { service, models } = begin(keyring);
  const endpoint = await addTo(service, { key: secret });
  const { id } = endpoint.models[0]!;
  let changes = 0;
  models.onChange(() => (changes += 1));
  service.updateModel(id, { sampling: { temperature: 0.6, reasoning: "off" } });
  service.updateModel(id, { on: false });
  expect([changes, models.list()]).toEqual([2, []]);
  const later = begin(keyring);
  expect((await later.service.list()).endpoints[0]?.models).toMatchObject([
    { on: false, sampling: { temperature: 0.6, reasoning: "off" } },
  ]);
  later.service.updateModel(id, { on: true });
  expect(await later.models.find(id, signal)).toMatchObject({ value: { sampling: { temperature: 0.6, reasoning: "off" } } });
  expect(service.updateModel("nobody/m", { on: false })).toMatchObject({ error: { code: "MODEL_NOT_FOUND" } });
});

it("tests a model with one token, one that is switched off too, and says why it doesn't answer", async () => {
  const { service } = begin(keyring);
  const { id } = (await addTo(service, { key: secret })).models[0]!;
  service.updateModel(id, { on: false });
  expect(await service.test(id, signal)).toEqual({ ok: true, value: { ms: 0 } });
  expect(server.requests).toHaveLength(1);
  expect(await service.test("nobody/m", signal)).toMatchObject({ error: { code: "MODEL_NOT_FOUND" } });
  server.serve([]);
  expect(await service.test(id, signal)).toMatchObject({ error: { code: "MODEL_TEST_FAILED" } });
});

it("ends a test where whoever asked goes", async () => {
  const { service } = begin(keyring);
  const { id } = (await addTo(service, { key: secret })).models[0]!;
  await expect(service.test(id, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  expect(server.requests).toHaveLength(0);
});
