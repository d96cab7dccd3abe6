import { afterEach, beforeEach, expect, it } from "vitest";
import { fail, ok } from "../../../shared/result.ts";
import { ManualClock } from "../../lib/clock.ts";
import { silentLog } from "../../lib/log.ts";
import { startLocalModelServer, type LocalModelServer } from "../../testing/model-servers/start.ts";
import { placeAt } from "./endpoint.ts";
import type { Look } from "./look.ts";
import type { OwnServer } from "./model.ts";
import { LocalModels, type AddedEndpoint, type ModelChoice } from "./local-models.ts";

let ollama: LocalModelServer;
let vllm: LocalModelServer;
let added: AddedEndpoint[];
let choices: Map<string, ModelChoice>;
let clock: ManualClock;
let models: LocalModels;
let own: Look | null;
const { signal } = new AbortController();
const keys = { of: async (id: string): Promise<Record<string, string>> => ({ API_KEY: `key-of-${id}` }) };

beforeEach(async () => {
  const serve = {
    models: [
      { name: "big", window: 8192, loaded: true, tools: true },
      { name: "embed", embeds: true },
    ],
  };
  ollama = await startLocalModelServer({ kind: "ollama", ...serve });
  vllm = await startLocalModelServer({ kind: "vllm", models: [{ name: "org/m", window: 32_768 }], key: "key-of-mine" });
  added = [{ id: "mine", name: "Mine", url: vllm.root }];
  choices = new Map();
  clock = new ManualClock();
  const rows = { endpoints: () => added, choiceOf: (id: string) => choices.get(id) ?? { isOff: false, sampling: {} } };
  const places = [placeAt(ollama.port, ["ollama"], 20_000), placeAt(1, ["lm-studio"])];
  own = null;
  models = new LocalModels({ rows, keys, clock, log: silentLog, own: ownServer, signal, places });
});
afterEach(() => Promise.all([ollama.close(), vllm.close()]));

const ownServer: OwnServer = {
  endpoint: { ...placeAt(1, []), id: "embedded", name: "In Hearth", url: "", origin: "embedded" },
  look: () => own,
  hold: () => () => {},
  async route(modelId, _, onLoading) {
    onLoading(0.5);
    const model = own?.models.find(({ id }) => id === modelId);
    if (!model) return fail({ type: "unknown", message: "There is none" });
    return ok({ model, route: { url: "http://127.0.0.1:9/v1", key: "k", server: "embedded", local: true } });
  },
};

const ids = (): string[] => models.list().map(({ id }) => id);

it("finds servers on usual ports and those that were added, each with its key alone, and asks nobody before", async () => {
  expect([models.list(), ollama.asked, vllm.asked]).toEqual([[], [], []]);
  await models.look();
  expect(ids()).toEqual(["mine/org/m", `local-${ollama.port}/big`]);
  expect(models.endpoints().map(({ endpoint }) => endpoint.id)).toEqual(["mine", `local-${ollama.port}`]);
  expect(ollama.asked.join()).not.toContain("key-of");
});

it("looks again after half a minute, at once where it is told to, and once for all who ask meanwhile", async () => {
  await Promise.all([models.look(), models.look()]);
  const once = ollama.asked.length;
  await models.look();
  expect(ollama.asked).toHaveLength(once);
  clock.advance(31_000);
  await models.look();
  expect(ollama.asked).toHaveLength(2 * once);
  await models.lookAgain();
  expect(ollama.asked).toHaveLength(3 * once);
});

it("tells listeners of a look that changed something, and of no other", async () => {
  let changes = 0;
  const end = models.onChange(() => (changes += 1));
  await models.lookAgain();
  expect(changes).toBe(2);
  await models.lookAgain();
  expect(changes).toBe(2);
  ollama.serve([{ name: "small", loaded: true, window: 4096 }]);
  await models.lookAgain();
  expect(changes).toBe(3);
  end();
  ollama.serve([]);
  await models.lookAgain();
  expect(changes).toBe(3);
});

it("finds a model with its window as it is by now, its route, and what was set for it", async () => {
  await models.look();
  const id = `local-${ollama.port}/big`;
  choices.set(id, { isOff: false, sampling: { temperature: 0.2 } });
  ollama.serve([{ name: "big", window: 2048, loaded: true, tools: true }]);
  expect(await models.find(id, signal)).toEqual({
    ok: true,
    value: {
      model: expect.objectContaining({ id, name: "big", window: 2048 }),
      route: { url: ollama.url, key: null, server: "ollama", local: true },
      sampling: { temperature: 0.2 },
    },
  });
  expect(models.list().find((model) => model.id === id)).toMatchObject({ window: 2048 });
  expect(await models.find("mine/org/m", signal)).toMatchObject({ value: { route: { key: "key-of-mine", local: true } } });
});

it("looks at one model without losing what is known of the others", async () => {
  ollama.serve([
    { name: "a", tools: true },
    { name: "b", tools: true },
    { name: "embed", embeds: true },
  ]);
  await models.look();
  const before = models.list();
  ollama.asked.length = 0;
  await models.find(`local-${ollama.port}/a`, signal);
  expect(models.list()).toEqual(before);
  expect(ollama.asked.filter((question) => question.includes("/api/show"))).toHaveLength(1);
});

it("finds a model that was chosen before Hearth began, without a look at all the others", async () => {
  expect(await models.find(`local-${ollama.port}/big`, signal)).toMatchObject({ ok: true });
  expect(vllm.asked).toEqual([]);
});

it("says why a model can't be used", async () => {
  await models.look();
  choices.set("mine/org/m", { isOff: true, sampling: {} });
  expect(ids()).not.toContain("mine/org/m");
  expect(await models.find("mine/org/m", signal)).toMatchObject({ error: { type: "off" } });
  expect(await models.find("nobody/m", signal)).toMatchObject({ error: { type: "unknown" } });
  const gone = await models.find(`local-${ollama.port}/other`, signal);
  expect(gone).toMatchObject({ error: { type: "gone", message: expect.stringContaining("doesn't serve other any more") } });
  await ollama.close();
  const silent = await models.find(`local-${ollama.port}/big`, signal);
  expect(silent).toMatchObject({ error: { type: "gone", message: expect.stringContaining("Nothing listens there") } });
});

it("keeps listing a place where a server was, with what is the matter", async () => {
  await models.look();
  await ollama.close();
  await models.lookAgain();
  expect(models.endpoints().find(({ endpoint }) => endpoint.origin === "found")?.look).toMatchObject({ state: "silent" });
  expect(ids()).toEqual(["mine/org/m"]);
});

it("doesn't list a usual port twice that was added by name", async () => {
  added = [{ id: "own", name: "Own", url: ollama.root.replace("127.0.0.1", "localhost") }];
  await models.look();
  expect(models.endpoints().map(({ endpoint }) => endpoint.id)).toEqual(["own"]);
});

it("lists what Hearth serves itself behind all others, and asks it for a place where it is wanted", async () => {
  const tiny = { id: "embedded/tiny", endpointId: "embedded", endpointName: "In Hearth", name: "tiny", label: "tiny" };
  const more = { window: null, loaded: false, tools: true, reasoning: null, slots: 1 };
  own = { state: "ready", problem: null, server: "embedded", models: [{ ...tiny, ...more }] };
  await models.look();
  expect(ids().at(-1)).toBe("embedded/tiny");
  expect(models.known("embedded/tiny")).toBe(true);
  const told: number[] = [];
  const found = await models.find("embedded/tiny", signal, (share) => told.push(share));
  expect([found.ok && found.value.route.key, told]).toEqual(["k", [0.5]]);
  choices.set("embedded/tiny", { isOff: true, sampling: {} });
  expect(await models.find("embedded/tiny", signal)).toMatchObject({ ok: false, error: { type: "off" } });
});
