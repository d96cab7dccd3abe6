import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fakeMain } from "../electron/testing/agent-kit.ts";
import { until } from "../electron/testing/until.ts";
import type { PendingChange } from "../shared/contract/changes.ts";
import type { Checkpoint } from "../shared/contract/checkpoints.ts";
import { processesOf, readStream, runEnded, startHost, type Host } from "./kit/host.ts";
import { agentReady, createWorkPlace, openDesk, send, type Desk, type WorkPlace } from "./kit/work-place.ts";

let place: WorkPlace;
let host: Host;
let desk: Desk;

beforeAll(async () => {
  place = await createWorkPlace();
  const config = place.hostEnv["HEARTH_CONFIG_DIR"] ?? "";
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, "agents.json"), JSON.stringify({ bold: { command: process.execPath, args: [fakeMain] } }));
  host = await startHost({ env: place.hostEnv });
  await agentReady(host, "bold");
  desk = await openDesk(host, place.repo);
});
afterAll(async () => {
  await host?.stop();
  if (place) expect(processesOf(place.home)).toEqual([]);
  place?.dispose();
});

/** The only snapshot store's objects, which git can't do without. */
function objectsOf(dataDir: string): string {
  const stores = path.join(dataDir, "snapshots");
  const [store = ""] = readdirSync(stores);
  return path.join(stores, store, "objects");
}

it("what a run changed is its own though no snapshot could be made at its end, from the next prompt on", async () => {
  const file = path.join(desk.session.workingCopy.path, "made.txt");
  const prompt = JSON.stringify([{ write: file, text: "made" }, { untilCancelled: true }]);
  const first = await send(host, desk.chat, prompt, "bold");
  await until(() => existsSync(file), "the write");
  const objects = objectsOf(place.hostEnv["HEARTH_DATA_DIR"] ?? "");
  renameSync(objects, `${objects}.away`);
  await host.api("POST", `/runs/${first.id}/cancel`);
  const events = await readStream(host, first.id);
  expect(events.filter(({ type }) => type === "checkpoint.created")).toMatchObject([{ payload: { kind: "before-run" } }]);
  expect(events.filter(({ type }) => type === "notice")).toMatchObject([{ payload: { kind: "warning" } }]);
  renameSync(`${objects}.away`, objects);

  const second = await send(host, desk.chat, JSON.stringify([{ say: "nothing" }]), "bold");
  await runEnded(host, second.id);
  const kept = await host.api<Checkpoint[]>("GET", `/sessions/${desk.session.id}/checkpoints`);
  const ofRuns = kept.toReversed().flatMap(({ kind, runId }) => (kind.endsWith("-run") ? [[kind, runId]] : []));
  expect(ofRuns).toEqual([
    ["before-run", first.id],
    ["after-run", first.id],
    ["before-run", second.id],
    ["after-run", second.id],
  ]);
  const changes = await host.api<PendingChange[]>("GET", `/sessions/${desk.session.id}/changes`);
  expect(changes).toMatchObject([{ path: "made.txt", agents: ["bold"], runId: first.id }]);
});
