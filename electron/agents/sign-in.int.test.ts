import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { failure } from "../../shared/errors.ts";
import { ok } from "../../shared/result.ts";
import { openAgentKit, privateEnvironment, TestHost, textPrompt, type AgentKit } from "../testing/agent-kit.ts";
import { runToEnd } from "../lib/process.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { until } from "../testing/until.ts";
import type { OpenTerminal } from "./sign-in.ts";

let kit: AgentKit;
afterEach(() => kit.dispose());

const statusOf = (id: string): string | undefined => kit.agents.get(id)?.status;

it("says who offers which way to sign in, and shows the agent's own words as they are", async () => {
  kit = openAgentKit({ modes: { locked: ["locked"] } });
  expect(await kit.agents.refresh(["locked"])).toMatchObject({
    value: [
      {
        status: "signed_out",
        reason: expect.stringContaining("Sign in with the code WXYZ-1234"),
        signIn: [
          { id: "key", name: "With a key", kind: "agent" },
          { id: "refused", name: "With a code", kind: "agent" },
          { id: "tty", name: "In a terminal", kind: "terminal" },
        ],
      },
    ],
  });
});

it("lets the agent sign in by itself, believes its new session alone, and says it again to each new process", async () => {
  kit = openAgentKit({ modes: { locked: ["locked"] } });
  await kit.agents.refresh(["locked"]);
  expect(await kit.agents.signIns.begin("locked", "refused")).toMatchObject({
    ok: false,
    error: { code: "AGENT_SIGN_IN_FAILED", message: "Enter the code WXYZ-1234 first" },
  });
  expect(statusOf("locked")).toBe("signed_out");
  expect(await kit.agents.signIns.begin("locked", "nothing")).toMatchObject({ ok: false, error: { field: "methodId" } });
  expect(await kit.agents.signIns.begin("locked", "key")).toMatchObject({
    ok: true,
    value: { agent: { status: "ready" }, terminalId: null },
  });
  const host = new TestHost();
  expect(await (await kit.open(host, "locked")).prompt(textPrompt("hello"))).toMatchObject({ ok: true });
  const { dir } = kit;
  await kit.scope.dispose();
  kit.store.close();
  kit = openAgentKit({ dir, modes: { locked: ["locked"] } });
  const again = new TestHost();
  const session = await kit.open(again, "locked");
  expect(session.how).toBe("resumed");
  expect(await session.prompt(textPrompt("hello"))).toMatchObject({ ok: true });
});

it("is stopped while the agent waits for the person: nothing waits on, and it can be begun again", async () => {
  kit = openAgentKit({ modes: { locked: ["locked", "waits"] } });
  await kit.agents.refresh(["locked"]);
  const first = kit.agents.signIns.begin("locked", "key");
  await until(() => kit.agents.get("locked")?.askingSince !== null && kit.agents.processes().length === 1);
  const again = kit.agents.signIns.begin("locked", "key");
  expect(await first).toMatchObject({ ok: true, value: { terminalId: null } });
  await until(() => kit.agents.get("locked")?.askingSince !== null);
  expect(kit.agents.signIns.stop("locked")).toMatchObject({ ok: true });
  expect(await again).toMatchObject({ ok: true, value: { agent: { status: "signed_out", askingSince: null } } });
  await until(() => kit.agents.processes().length === 0);
  expect(kit.agents.signIns.stop("nobody")).toMatchObject({ ok: false, error: { code: "AGENT_NOT_FOUND" } });
});

it("signs in in a terminal by the same command with the way's arguments, which closes when it went well", async () => {
  const dir = tempFolder("sign-in");
  let closed = 0;
  let inUse: string[] = [];
  const openTerminal: OpenTerminal = ({ command, args, env, cwd }) => {
    const exited = runToEnd({ command, args, env, cwd, timeoutMs: 30_000, maxBytes: 10_000 }).then((end) => {
      inUse = kit.agents.signIns.programsInUse();
      return end.ok ? end.value.code : 1;
    });
    return ok({ terminalId: "term_1", exited, close: async () => void (closed += 1) });
  };
  kit = openAgentKit({ dir, modes: { locked: ["locked"] }, openTerminal });
  await kit.agents.refresh(["locked"]);
  expect(await kit.agents.signIns.begin("locked", "tty")).toMatchObject({ ok: false, error: { field: "sessionId" } });
  expect(await kit.agents.signIns.begin("locked", "tty", "s")).toMatchObject({ ok: true, value: { terminalId: "term_1" } });
  await until(() => statusOf("locked") === "ready");
  expect([closed, inUse, kit.agents.signIns.programsInUse()]).toEqual([1, [process.execPath], []]);
  expect(await (await kit.open(new TestHost(), "locked")).prompt(textPrompt("hello"))).toMatchObject({ ok: true });
});

it("offers the program's own sign-in where the agent offers none, and says where it isn't there", async () => {
  kit = openAgentKit({
    env: { PATH: privateEnvironment("/").PATH ?? "" },
    openTerminal: () => failure("TERMINAL_FAILED", "no"),
  });
  const fake = path.resolve("electron/testing/fake-agent.ts");
  kit.agents.patchConfig({ own: { command: process.execPath, args: [fake, "auth"], login: ["no-such-program", "login"] } });
  expect(kit.agents.get("own")?.signIn).toMatchObject([{ kind: "terminal", description: "no-such-program login" }]);
  const [way] = kit.agents.get("own")?.signIn ?? [];
  expect(await kit.agents.signIns.begin("own", way?.id ?? "", "s")).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining("no-such-program") },
  });
});
