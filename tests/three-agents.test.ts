import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunEvent } from "../shared/run-event.ts";
import { readStream, startHost, type Host } from "./kit/host.ts";
import { answerFor, createRealAgentPlace, type RealAgentPlace } from "./kit/real-agent-place.ts";
import { agentReady, openDesk, send, type Desk } from "./kit/work-place.ts";

const agents = ["practice", "opencode", "qwen"] as const;
let place: RealAgentPlace;
let host: Host;
let desk: Desk;

const start = async (): Promise<void> => {
  host = await startHost({ env: place.hostEnv });
  for (const id of agents) await agentReady(host, id);
};

beforeAll(async () => {
  place = await createRealAgentPlace("opencode");
  place.model.script((request) => answerFor(request.tools.includes("bash") ? "opencode" : "qwen")(request));
  await start();
  desk = await openDesk(host, place.repo);
  await host.api("PATCH", `/sessions/${desk.session.id}`, { policy: "accept-edits" });
}, 240_000);
afterAll(async () => {
  await host?.stop();
  await place?.close();
});

type Told = { events: RunEvent[]; how: string | undefined; said: string; account: string; asked: string };

/** One turn; `asked`: all that its model was given at last. */
async function turn(agent: (typeof agents)[number], prompt: string): Promise<Told> {
  const before = place.model.requests.length;
  const run = await send(host, desk.chat, prompt, agent);
  const events = await readStream(host, run.id);
  expect(events.at(-1)).toMatchObject({ type: "run.completed" });
  const requests = place.model.requests.slice(before).filter(({ tools }) => tools.length > 0);
  return {
    events,
    how: events.find((event) => event.type === "run.started")?.payload.how,
    said: events.map((event) => (event.type === "assistant.delta" ? event.payload.text : "")).join(""),
    account: events.flatMap((event) => (event.type === "notice" ? (event.payload.account ?? "") : "")).join(""),
    asked: requests.at(-1)?.transcript.join("\n") ?? "",
  };
}

it("three agents take turns in one chat over a restart, and each knows what it was told and what the others did", async () => {
  const cart = path.join(desk.session.workingCopy.path, "cart.ts");
  const first = await turn("practice", "remember the harbour is north\ncreate tides.md: high at noon");
  expect(first).toMatchObject({ how: "new", account: "" });

  const second = await turn("opencode", `edit ${cart}: total = 1 -> total = 2`);
  expect(second.how).toBe("new");
  for (const known of ["Practice was asked", "the harbour is north", "Files changed: tides.md"])
    expect(second.asked).toContain(known);

  const third = await turn("qwen", "what happened so far");
  for (const known of [
    "Practice was asked",
    "tides.md",
    "OpenCode was asked",
    "total = 1 -> total = 2",
    "Files changed: cart.ts",
  ])
    expect(third.asked).toContain(known);

  await host.stop();
  await start();

  const fourth = await turn("practice", "recall");
  expect(["resumed", "loaded"]).toContain(fourth.how);
  expect(fourth.said).toContain("the harbour is north");
  for (const known of ["OpenCode was asked", "cart.ts", "Qwen Code was asked", "what happened so far"])
    expect(fourth.account).toContain(known);
  expect(fourth.account).not.toContain("high at noon");

  const fifth = await turn("opencode", "which file was it");
  expect(["resumed", "loaded"]).toContain(fifth.how);
  for (const known of ["the harbour is north", "Qwen Code was asked", "what happened so far", "Practice was asked", "> recall"])
    expect(fifth.asked).toContain(known);
  // What it did itself it remembers, and isn't told.
  expect(fifth.asked).toContain(`edit ${cart}: total = 1 -> total = 2`);
  expect(fifth.account).not.toContain("total = 1 -> total = 2");

  const sixth = await turn("qwen", "and what came of it");
  expect(["resumed", "loaded"]).toContain(sixth.how);
  for (const known of ["what happened so far", "> recall", "which file was it"]) expect(sixth.asked).toContain(known);
  expect(sixth.account).not.toContain("what happened so far");
  expect(place.asked).toEqual([]);
}, 420_000);
