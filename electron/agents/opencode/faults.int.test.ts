import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { builtInAgents } from "../catalog.ts";
import type { AgentDefinition, Transport } from "../definition.ts";
import {
  fakeMain,
  opencodePluginMain,
  openAgentKit,
  practiceMain,
  processesWith,
  TestHost,
  textPrompt,
  type AgentKit,
} from "../../testing/agent-kit.ts";
import { until } from "../../testing/until.ts";

let kit: AgentKit;
afterEach(() => kit.dispose());

const fakeServer = path.resolve(import.meta.dirname, "../../testing/fake-opencode.ts");
const server = (...args: string[]): Transport => ({ protocol: "opencode", args: [fakeServer, ...args] });
const overAcp: Transport = { protocol: "acp", args: [fakeMain, "normal"] };

/** A kit whose agent `fake` is the stand-in for opencode, spoken with in these ways. */
function use(...transports: Transport[]): void {
  const practice = { command: process.execPath, args: [practiceMain] };
  const builtIn = builtInAgents(practice, opencodePluginMain);
  const opencode = builtIn.find(({ id }) => id === "opencode");
  if (!opencode) throw new Error("The catalogue has no opencode");
  const fake: AgentDefinition = { ...opencode, id: "fake", label: "Fake", programs: [process.execPath], transports };
  kit = openAgentKit({ builtIn: [fake] });
}

it.each([["open"], ["open", "old"]])(
  "S2 S12 sends its password to nobody but what its child says it listens on, and to no server without one (%s %s)",
  async (...args) => {
    use(server(...args), overAcp);
    const host = new TestHost();
    expect(await kit.tryOpen(host)).toMatchObject({
      ok: false,
      error: { type: "unsupported", message: expect.stringContaining("open to every program") },
    });
    expect(processesWith(fakeServer)).toEqual([]);
  },
);

it("tells each thing once, with a tool that came before its message", async () => {
  use(server());
  const host = new TestHost();
  const session = await kit.open(host);
  expect(await session.prompt(textPrompt([{ early: "call-0" }, { say: "one two " }, { whole: "three" }]))).toMatchObject({
    ok: true,
  });
  expect(host.text).toBe("one two three");
  expect(host.updates.flatMap((update) => (update.type === "tool" ? [update.tool.id] : []))).toEqual(["call-0"]);
});

it("R43 fetches what was said and asked while its events weren't heard", async () => {
  use(server());
  const host = new TestHost();
  const session = await kit.open(host);
  const steps = [{ say: "before " }, { cut: true }, { lose: "lost " }, { askLost: "make test" }, { say: "after" }];
  expect(await session.prompt(textPrompt(steps))).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(host.asks.map(({ action }) => action)).toMatchObject([{ kind: "execute", command: "make test" }]);
  expect(host.text).toBe("before lost after");
  expect(kit.agents.diagnostic("fake")).toMatchObject({
    value: { text: expect.stringContaining("times that its stream broke: 1") },
  });
});

it("R43 finds a turn's end by the server's state where the answer to its prompt was lost", async () => {
  use(server());
  const host = new TestHost();
  const session = await kit.open(host);
  const steps = [{ say: "before " }, { drop: true }, { ask: "make test" }, { say: "after" }];
  expect(await session.prompt(textPrompt(steps))).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(host.text).toBe("before after");
  expect(await session.prompt(textPrompt("again"))).toMatchObject({ ok: true });
});

it("takes no idle for a turn's end, so that no prompt gets lost", async () => {
  use(server());
  const host = new TestHost();
  const session = await kit.open(host);
  expect(
    await session.prompt(textPrompt([{ idle: true }, { say: "more" }, { refuse: "no credit" }, { idle: true }])),
  ).toMatchObject({
    ok: false,
    error: { type: "failed", message: "no credit" },
  });
  expect(host.text).toBe("more");
  expect(await session.prompt(textPrompt("answered"))).toMatchObject({ ok: true });
  expect(host.text).toBe("moreanswered");
});

it("goes on at once after a stop, and takes nothing that the stopped turn still says for the next one's", async () => {
  use(server());
  const stopped = new TestHost();
  const going = (await kit.open(stopped)).prompt(textPrompt([{ say: "begun" }, { hang: true }]));
  await until(() => stopped.text.includes("begun"));
  await (await kit.open(stopped)).cancel();
  expect(await going).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  const host = new TestHost();
  const session = await kit.open(host);
  const steps = [{ say: "one " }, { late: true }, { ask: "make test" }, { late: true }, { say: "two" }];
  expect(await session.prompt(textPrompt(steps))).toMatchObject({ ok: true, value: { reason: "done" } });
  expect([host.text, host.asks.length, stopped.text]).toEqual(["one two", 1, "begun"]);
});

it("adds up tokens and cost of every step once, also of those that it fetches again", async () => {
  use(server());
  const host = new TestHost();
  const session = await kit.open(host);
  const step = (input: number, cost: number): object => ({
    step: { cost, tokens: { input, output: 5, reasoning: 1, cache: { read: 100, write: 2 } } },
  });
  const steps = [step(10, 0.25), { say: "before " }, { cut: true }, { lose: "lost " }, step(20, 0.5), { askLost: "make test" }];
  const ended = await session.prompt(textPrompt([...steps, { say: "after" }]));
  expect(ended).toMatchObject({
    ok: true,
    value: { usage: { input: 34, cached: 200, output: 10, reasoning: 2, cost: 0.75, contextUsed: 128, contextSize: 100 } },
  });
  expect(await session.prompt(textPrompt([step(1, 0.125)]))).toMatchObject({ value: { usage: { input: 3, cost: 0.125 } } });
});

it("R41 is told once of a server that ends in a turn, and resumes nothing that another one doesn't know", async () => {
  use(server());
  const host = new TestHost();
  const session = await kit.open(host);
  expect(await session.prompt(textPrompt([{ say: "begun" }, { exit: 7 }]))).toMatchObject({
    ok: false,
    error: { type: "crashed", message: expect.stringContaining("code 7") },
  });
  await until(() => kit.agents.processes().length === 0);
  // The stand-in forgets its sessions with its process.
  expect(await kit.open(host)).toMatchObject({ how: "memory-lost" });
});

it("R44 shows why a server doesn't start", async () => {
  use(server("locked"));
  expect(await kit.tryOpen(new TestHost())).toMatchObject({
    ok: false,
    error: { type: "crashed", message: expect.stringContaining("database is locked") },
  });
});

it.each([
  ["another", ["version", "2.1.0"], /Fake 2\.1\.0.*another way/],
  ["an older", ["version", "1.17.12"], /Fake 1\.17\.12.*another way/],
  ["an unknown", ["old"], /of Fake has another interface.*another way/],
])("goes on over ACP where the server speaks %s language, and says so", async (_, args, said) => {
  use(server(...args), overAcp);
  const host = new TestHost();
  const session = await kit.open(host);
  expect(await session.prompt(textPrompt("over ACP"))).toMatchObject({ ok: true });
  expect(host.updates).toContainEqual({
    type: "notice",
    kind: "warning",
    message: expect.stringMatching(said),
  });
  expect(processesWith(fakeServer)).toEqual([]);
});

it("says so where nothing else is spoken", async () => {
  use(server("version", "2.1.0"));
  expect(await kit.tryOpen(new TestHost())).toMatchObject({ ok: false, error: { type: "other-protocol" } });
});
