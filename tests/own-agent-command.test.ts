import { afterAll, beforeAll, expect, it } from "vitest";
import type { Run } from "../shared/contract/runs.ts";
import type { Session } from "../shared/contract/sessions.ts";
import { startLocalModelServer, type LocalModelServer } from "../electron/testing/model-servers/start.ts";
import { runHearth } from "./kit/command-line.ts";
import { startHost, type Host } from "./kit/host.ts";
import { agentReady, createWorkPlace, openDesk, type Desk, type WorkPlace } from "./kit/work-place.ts";

let place: WorkPlace;
let host: Host;
let desk: Desk;
let server: LocalModelServer;

beforeAll(async () => {
  server = await startLocalModelServer({
    ...{ kind: "llama-server", models: [{ name: "small-coder", window: 16_384, loaded: true, tools: true }] },
    reply: ({ step }) => ({
      promptTokens: "counted",
      ...(step < 5 ? { toolCalls: [{ name: "list_dir", args: { path: "." } }] } : { text: ["Counted to five."] }),
    }),
  });
  place = await createWorkPlace();
  host = await startHost({ env: place.hostEnv });
  desk = await openDesk(host, place.repo);
  await host.api("POST", "/local-models/endpoints", { name: "Workshop", url: server.root });
  await agentReady(host, "hearth");
  await host.api("PATCH", "/settings", { turnLimits: { calls: 3, requests: null, tokens: null } });
}, 90_000);
afterAll(async () => {
  await host?.stop();
  await server?.close();
  place?.dispose();
});

const hearth = (...args: string[]) => runHearth(place, args);
const goOn = /Go on: hearth resume (run_\w+)/;

it("lists model servers and what they serve, with the window of each", async () => {
  const { code, out } = await hearth("models");
  expect([code, out]).toEqual([0, expect.stringMatching(/Workshop.*llama-server\n.*small-coder +16,384 tokens +loaded/)]);
  const { endpoints } = JSON.parse((await hearth("models", "--json")).out) as { endpoints: { name: string; state: string }[] };
  expect(endpoints).toMatchObject([{ name: "Workshop", state: "ready" }]);
});

it("ends with 3 where a turn pauses, says how it goes on, and goes on so", async () => {
  const paused = await hearth("run", "count up", "--agent", "hearth", "--session", desk.session.id);
  expect(paused).toMatchObject({ code: 3, err: expect.stringMatching(goOn) });
  const id = goOn.exec(paused.err)?.[1] ?? "";
  expect((await hearth("show", id)).out).toContain("paused");
  const resumed = await hearth("resume", id);
  expect(resumed).toMatchObject({ code: 0, out: expect.stringContaining("Counted to five.") });
  expect(await hearth("resume", id)).toMatchObject({ code: 2, err: expect.stringContaining("completed, not paused") });
  expect(await hearth("resume", "run_none")).toMatchObject({ code: 2 });
});

it("keeps a session that was for once while its turn is paused, and the turn goes on there", async () => {
  const paused = await hearth("run", "count up", "--agent", "hearth", "--once", "--yes");
  expect(paused).toMatchObject({ code: 3, err: expect.stringMatching(/Kept as ses_\w+, for its turn can go on\./) });
  const id = goOn.exec(paused.err)?.[1] ?? "";
  const run = await host.api<Run>("GET", `/runs/${id}`);
  expect(run.status).toBe("paused");
  expect(await hearth("resume", id)).toMatchObject({ code: 0, out: expect.stringContaining("Counted to five.") });
  expect(await host.api<Session>("GET", `/sessions/${run.sessionId}`)).toMatchObject({ status: "open" });
  expect((await hearth("run", "count up to five, and no further", "--once", "--agent", "practice", "--yes")).code).toBe(0);
});
