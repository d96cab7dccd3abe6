import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AgentSession, Chat } from "../shared/contract/chats.ts";
import type { Session } from "../shared/contract/sessions.ts";
import { until } from "../electron/testing/until.ts";
import { readStream, startHost, type Host } from "./kit/host.ts";
import { agentReady, createWorkPlace, openDesk, send, type WorkPlace } from "./kit/work-place.ts";

let place: WorkPlace;
let host: Host;

beforeAll(async () => {
  place = await createWorkPlace();
  host = await startHost({ env: place.hostEnv });
});
afterAll(async () => {
  await host?.stop();
  place?.dispose();
});

const outlooks = async (session: Session): Promise<string[]> =>
  (await host.api<AgentSession[]>("GET", `/sessions/${session.id}/agent-sessions`)).map(({ outlook }) => outlook);

it("opens an agent's session in a chat before its first prompt, and none where something untrusted has come in", async () => {
  await agentReady(host, "practice");
  const at = await openDesk(host, place.repo);
  const sly = await host.api<Session>("POST", `/projects/${at.project.id}/sessions`, { workingCopy: "worktree" });
  const chat = await host.api<Chat>("POST", `/sessions/${sly.id}/chats`);
  writeFileSync(path.join(sly.workingCopy.path, ".envrc"), "touch /tmp/never\n");
  for (const chatId of [chat.id, at.chat.id])
    await host.api("POST", "/agents/practice/choose", { projectId: at.project.id, chatId });
  await until(async () => (await outlooks(at.session)).includes("ready"), "the session to be open");
  expect(await outlooks(sly)).toEqual([]);
  const run = await send(host, at.chat, "who");
  const events = await readStream(host, run.id);
  expect(events).toContainEqual(expect.objectContaining({ type: "run.started", payload: { how: "new" } }));
  expect(await outlooks(at.session)).toEqual(["warm"]);
});
