import { readdirSync } from "node:fs";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, it } from "vitest";
import { builtInAgents } from "./catalog.ts";
import type { AgentDefinition, Transport } from "./definition.ts";
import {
  fakeMain,
  opencodePluginMain,
  openAgentKit,
  practiceMain,
  TestHost,
  textPrompt,
  type AgentKit,
} from "../testing/agent-kit.ts";

let kit: AgentKit;
afterEach(() => kit.dispose());

const fakeServer = path.resolve(import.meta.dirname, "../testing/fake-opencode.ts");
const ways: Transport[] = [
  { protocol: "acp", args: [fakeMain, "normal"] },
  { protocol: "opencode", args: [fakeServer] },
];

function use(transport: Transport): void {
  const builtIn = builtInAgents({ command: process.execPath, args: [practiceMain] }, opencodePluginMain);
  const opencode = builtIn.find(({ id }) => id === "opencode");
  if (!opencode) throw new Error("The catalogue has no opencode");
  const programs = [process.execPath];
  const fake: AgentDefinition = { ...opencode, id: "fake", label: "Fake", programs, transports: [transport], shares: true };
  kit = openAgentKit({ builtIn: [fake] });
}

/** Twice, with a turn of the loop between: what is held by a promise that just settled goes then. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 2; round += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const handles = (pid: number | string): number => readdirSync(`/proc/${pid}/fd`).length;

it.each(ways)("keeps nothing of the chats that were closed, over $protocol", async (transport) => {
  use(transport);
  // It stays open, so that the process does.
  const first = await kit.open(new TestHost(), "fake", "chat-1");
  const hosts: WeakRef<TestHost>[] = [];
  const openAndClose = async (): Promise<void> => {
    const host = new TestHost();
    hosts.push(new WeakRef(host));
    const session = await kit.open(host, "fake", "chat-2");
    expect(session.pid).toBe(first.pid);
    expect(await session.prompt(textPrompt("hello"))).toMatchObject({ ok: true });
    await kit.agents.backend.closeChat("chat-2");
  };
  for (let cycle = 0; cycle < 5; cycle += 1) await openAndClose();
  const before = [handles("self"), handles(first.pid ?? 0)];
  for (let cycle = 0; cycle < 20; cycle += 1) await openAndClose();
  await collectGarbage();
  expect(hosts.filter((host) => host.deref() !== undefined).length).toBeLessThanOrEqual(1);
  const after = [handles("self"), handles(first.pid ?? 0)];
  // A kept connection or two may come and go; one for each chat would be twenty.
  expect(after.map((count, at) => count - (before[at] ?? 0)).filter((more) => more > 4)).toEqual([]);
});
