import { afterEach, beforeEach, expect, it } from "vitest";
import { fakeMain, openAgentKit, processesWith, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { until } from "../../testing/until.ts";

let kit: AgentKit;
let host: TestHost;

beforeEach(() => {
  host = new TestHost();
});
afterEach(() => kit.dispose());

it("R22 R21 an agent that is deaf to cancel and TERM is killed, and proved gone", async () => {
  kit = openAgentKit({ modes: { fake: ["deaf"] } });
  const session = await kit.open(host);
  const going = session.prompt(textPrompt([{ say: "here" }, { hang: true }]));
  await until(() => host.text === "here");
  await session.cancel();
  await session.kill();
  expect(await going).toMatchObject({ ok: false, error: { type: "killed" } });
  expect(() => process.kill(session.pid ?? 0, 0)).toThrow();
  expect(kit.deps.processes.list()).toEqual([]);
});

it("R24 nothing that an agent started outlives it: group, setsid, double fork", async () => {
  kit = openAgentKit({ modes: { fake: [] } });
  const mark = `7${process.pid}`;
  const session = await kit.open(host);
  const steps = [
    { spawn: `sleep ${mark}1` },
    { spawn: `setsid sleep ${mark}2` },
    { spawn: `(setsid sleep ${mark}3 & ) & sleep ${mark}4` },
    { say: "started" },
    { hang: true },
  ];
  const going = session.prompt(textPrompt(steps));
  await until(() => processesWith(`sleep\0${mark}`).length === 4);
  await session.kill();
  expect(processesWith(`sleep\0${mark}`)).toEqual([]);
  await going;
});

it("R24 what a command left running is ended where it began late enough, and named where it didn't", async () => {
  kit = openAgentKit({ modes: { fake: [] } });
  const mark = `6${process.pid}`;
  const session = await kit.open(host);
  const going = session.prompt(
    textPrompt([{ spawn: `exec sleep ${mark}1` }, { spawn: `(setsid sleep ${mark}2 & ) &` }, { untilCancelled: true }]),
  );
  await until(() => processesWith(`sleep\0${mark}1`).length === 1);
  const [server] = processesWith(`sleep\0${mark}1`);
  await until(() => processesWith(`sleep\0${mark}2`).length === 1);
  const [command] = processesWith(`sleep\0${mark}2`);
  await session.cancel();
  expect(await going).toMatchObject({ ok: true });
  expect(await session.endCommands({ endWithinMs: 0, nameWithinMs: 600_000 })).toEqual({
    ended: [],
    left: expect.arrayContaining([`sleep (${server})`, `sleep (${command})`]),
  });
  expect(await session.endCommands({ endWithinMs: 600_000, nameWithinMs: 600_000 })).toMatchObject({ left: [] });
  expect(processesWith(`sleep\0${mark}`)).toEqual([]);
  expect(await (await kit.open(new TestHost())).prompt(textPrompt("still warm"))).toMatchObject({ ok: true });
});

it("R24 a crash leaves no descendants either", async () => {
  kit = openAgentKit({ modes: { fake: [] } });
  const mark = `8${process.pid}`;
  const session = await kit.open(host);
  const going = session.prompt(textPrompt([{ spawn: `(setsid sleep ${mark}3 & ) & sleep ${mark}4` }, { hang: true }]));
  await until(() => processesWith(`sleep\0${mark}`).length === 2);
  process.kill(session.pid ?? 0, "SIGKILL");
  await going;
  await until(() => processesWith(`sleep\0${mark}`).length === 0);
});

it("R37 the late answer of a turn that was given up doesn't end the next one, of the same session", async () => {
  kit = openAgentKit();
  kit.agents.patchConfig({ fake: { command: process.execPath, args: [fakeMain, "closes"], shares: true } });
  await (await kit.open(new TestHost(), "fake", "chat-2")).prompt(textPrompt("done"));
  const first = await kit.open(host);
  const given = first.prompt(textPrompt([{ say: "one" }, { untilAgain: true }]));
  await until(() => host.text === "one");
  await first.kill();
  expect(await given).toMatchObject({ ok: false, error: { type: "killed" } });
  const next = new TestHost();
  const second = await kit.open(next);
  expect(second).toMatchObject({ pid: first.pid, agentSessionId: first.agentSessionId });
  // The fake answers the first prompt as soon as the second one comes.
  const ended = second.prompt(textPrompt([{ say: "two" }, { untilCancelled: true }]));
  await until(() => next.text === "two");
  await second.cancel();
  expect(await ended).toMatchObject({ ok: true, value: { reason: "cancelled" } });
});
