import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AgentHook } from "../shared/contract/agent-hooks.ts";
import type { InboxItem } from "../shared/contract/permissions.ts";
import type { Session } from "../shared/contract/sessions.ts";
import type { Terminal } from "../shared/contract/terminals.ts";
import { until } from "../electron/testing/until.ts";
import { runHearth } from "./kit/command-line.ts";
import { startHost, type Host } from "./kit/host.ts";
import { createWorkPlace, openDesk, type Desk, type WorkPlace } from "./kit/work-place.ts";

const fakeTui = path.resolve(import.meta.dirname, "../electron/testing/fake-tui.ts");
const limitMs = 60_000;

describe("an agent's own program on a terminal", { timeout: 120_000 }, () => {
  let place: WorkPlace;
  let host: Host;
  let desk: Desk;

  beforeAll(async () => {
    place = await createWorkPlace({ ANTHROPIC_API_KEY: "sk-of-another", FAKE_TUI_KEY: "its-own" });
    const config = path.join(place.root, "config");
    mkdirSync(config, { recursive: true });
    const tui = { command: [process.execPath, fakeTui, "--tui"], resume: ["--go-on"] };
    writeFileSync(
      path.join(config, "agents.json"),
      JSON.stringify({
        fake: { label: "Fake", passEnv: ["FAKE_TUI_*"], tui },
        hooked: { extends: "claude", label: "Hooked", tui: { command: [process.execPath, fakeTui] } },
        off: { enabled: false, tui },
      }),
    );
    host = await startHost({ env: place.hostEnv });
    desk = await openDesk(host, place.repo);
  });
  afterAll(async () => {
    await host?.stop();
    place?.dispose();
  });

  const open = (more: Record<string, unknown> = {}): Promise<Terminal> =>
    host.api("POST", `/sessions/${desk.session.id}/terminals/agent`, { agentId: "fake", cols: 90, rows: 20, ...more });
  const order = (terminal: Terminal, line: string): Promise<unknown> =>
    host.api("POST", `/terminals/${terminal.id}/write`, { data: `${line}\r` });
  const look = async ({ id }: Terminal): Promise<Terminal> => {
    const all = await host.api<Terminal[]>("GET", `/sessions/${desk.session.id}/terminals`);
    const found = all.find((one) => one.id === id);
    if (!found) throw new Error("It isn't listed");
    return found;
  };
  const stands = (terminal: Terminal, state: string, kind: string): Promise<Terminal> =>
    until(
      async () => {
        const now = await look(terminal);
        const { agent } = now;
        if (agent?.state !== state || agent.evidence.kind !== kind) throw new Error(`It is ${JSON.stringify(agent)}`);
        return now;
      },
      `${state} by ${kind}`,
      limitMs,
    );
  const session = (): Promise<Session> => host.api("GET", `/sessions/${desk.session.id}`);
  const file = (name: string): string => path.join(desk.session.workingCopy.path, name);
  const written = (name: string): Promise<string> =>
    until(() => (existsSync(file(name)) ? readFileSync(file(name), "utf8") : ""), `${name} to be written`, limitMs);

  it("runs in the session's working copy, with its own environment and no other agent's keys", async () => {
    const terminal = await open();
    expect(terminal).toMatchObject({ title: "Fake", cwd: desk.session.workingCopy.path, owner: null, status: "running" });
    expect(terminal.agent).toMatchObject({ id: "fake", state: "unknown", evidence: { kind: "start" }, conversation: null });
    await order(terminal, "env env.json");
    const env = JSON.parse(await written("env.json")) as Record<string, string>;
    expect(env).toMatchObject({ FAKE_TUI_KEY: "its-own", TERM: "xterm-256color" });
    expect(Object.keys(env).filter((name) => /ANTHROPIC|HEARTH_|NODE_OPTIONS|ELECTRON/.test(name))).toEqual([]);
    await order(terminal, "write made.txt by the agent");
    await written("made.txt");
    await until(
      async () => {
        const changes = await host.api<{ path: string }[]>("GET", `/sessions/${desk.session.id}/changes`);
        return changes.some((change) => change.path === "made.txt");
      },
      "its edit among the session's changes",
      limitMs,
    );
    expect((await session()).agentIds).toContain("fake");
    await host.api("DELETE", `/terminals/${terminal.id}`);
    await until(async () => !(await session()).agentIds.includes("fake"), "it to be gone from the session", limitMs);
  });

  it("tells how it stands, and by what; who waits is in the inbox", async () => {
    const terminal = await open();
    await order(terminal, "progress 3");
    await stands(terminal, "working", "progress");
    expect((await session()).activity).toBe("working");
    await order(terminal, "notify May I run \u202enpm test?");
    const asked = await stands(terminal, "blocked", "notification");
    expect(asked.agent?.evidence.text).toBe("May I run npm test?");
    expect((await session()).activity).toBe("waiting");
    const [waiting] = await host.api<InboxItem[]>("GET", "/inbox");
    expect(waiting).toMatchObject({
      kind: "terminal",
      id: terminal.id,
      terminal: { agentId: "fake", projectId: desk.project.id },
    });
    await host.api("POST", `/terminals/${terminal.id}/write`, { data: "y" });
    await stands(terminal, "unknown", "typed");
    expect(await host.api("GET", "/inbox")).toEqual([]);
    await host.api("PATCH", `/sessions/${desk.session.id}`, { unread: false });
    await order(terminal, "\u0015");
    await order(terminal, "progress 3");
    await stands(terminal, "working", "progress");
    await order(terminal, "progress 0");
    await stands(terminal, "done", "progress");
    await until(async () => (await session()).unread, "the session to be unread", limitMs);
    await order(terminal, "exit 3");
    const ended = await stands(terminal, "unknown", "exit");
    expect(ended).toMatchObject({ status: "exited", exitCode: 3 });
    expect((await session()).activity).toBe("idle");
  });

  it("can be resumed after its end, and after a crash of Hearth, which says that it ended", async () => {
    const terminal = await open();
    await expect(open({ resumes: terminal.id })).rejects.toMatchObject({ code: "INPUT_INVALID", status: 400 });
    await order(terminal, "progress 3");
    await stands(terminal, "working", "progress");
    await host.kill();
    host = await startHost({ env: place.hostEnv });
    expect(await look(terminal)).toMatchObject({
      status: "exited",
      agent: { id: "fake", state: "unknown", evidence: { kind: "exit" } },
    });
    const again = await open({ resumes: terminal.id });
    const { ticket } = await host.api<{ ticket: string }>("POST", `/terminals/${again.id}/ticket`);
    const answer = await fetch(`${host.url}/api/v1/terminals/${again.id}/attach?ticket=${ticket}`, {
      headers: { authorization: `Bearer ${host.token}` },
    });
    let shown = "";
    for await (const chunk of answer.body ?? []) {
      shown += new TextDecoder().decode(chunk as Uint8Array);
      if (shown.includes("--go-on")) break;
    }
    expect(shown).toContain("--tui");
    await host.api("DELETE", `/terminals/${again.id}`);
  });

  it("tells by its notify hook, once the person let it into its settings; and its file is as it was afterwards", async () => {
    const settings = path.join(place.home, ".claude/settings.json");
    mkdirSync(path.dirname(settings));
    const before = '{\n  "model": "opus"\n}';
    writeFileSync(settings, before);
    const shown = await host.api<AgentHook>("GET", "/agents/hooked/hook");
    expect(shown).toMatchObject({ file: settings, isOn: false, problem: null });
    expect(readFileSync(settings, "utf8")).toBe(before);
    const put = await host.api<AgentHook>("POST", "/agents/hooked/hook", { hash: shown.hash });
    expect(put.isOn).toBe(true);

    const terminal = await open({ agentId: "hooked" });
    await order(terminal, 'hook SessionStart {"session_id":"conv-1"}');
    expect((await stands(terminal, "idle", "hook")).agent?.conversation).toBe("conv-1");
    await order(terminal, 'hook UserPromptSubmit {"session_id":"conv-1"}');
    await stands(terminal, "working", "hook");
    // What the hook tells isn't overruled by anything weaker.
    await order(terminal, "bell");
    await order(terminal, 'hook Notification {"notification_type":"permission_prompt","message":"May I use Bash?"}');
    const asked = await stands(terminal, "blocked", "hook");
    expect(asked.agent?.evidence.text).toBe("Notification: May I use Bash?");
    await order(terminal, "hook PostToolUse not json");
    await stands(terminal, "working", "hook");
    await order(terminal, "hook Stop {}");
    await stands(terminal, "done", "hook");
    await order(terminal, 'hook Stop {"session_id":"--dangerous"}');
    await host.api("DELETE", `/terminals/${terminal.id}`);

    const taken = await host.api<AgentHook>("DELETE", `/agents/hooked/hook/${put.hash}`);
    expect(taken.isOn).toBe(false);
    expect(readFileSync(settings, "utf8")).toBe(before);
    await expect(host.api("POST", "/agents/hooked/hook", { hash: "old" })).rejects.toMatchObject({ code: "AGENT_HOOK_FAILED" });
    await expect(host.api("GET", "/agents/fake/hook")).rejects.toMatchObject({ code: "AGENT_HOOK_FAILED", status: 409 });
  });

  it("is started and listed on the command line, in a Hearth that runs", async () => {
    const hearth = async (...args: string[]): Promise<string> => {
      const { out, err } = await runHearth(place, args);
      return `${out}${err}`;
    };
    const id = (await hearth("terminal", desk.session.id, "--agent", "fake")).split("\n")[0] ?? "";
    expect(await hearth("terminal")).toMatch(new RegExp(`^${id}  ${desk.session.id}  fake +state not known +Fake`, "m"));
    expect(JSON.parse(await hearth("terminal", desk.session.id, "--json"))).toContainEqual(
      expect.objectContaining({ id, status: "running" }),
    );
    expect(await hearth("terminal", "--agent", "fake")).toContain("session: Name the session");
    await host.api("DELETE", `/terminals/${id}`);
  });

  it("says why it can't be started", async () => {
    await expect(open({ agentId: "nobody" })).rejects.toMatchObject({ code: "AGENT_NOT_FOUND", status: 404 });
    await expect(open({ agentId: "practice" })).rejects.toMatchObject({ code: "CODING_AGENT_ENGINE_UNAVAILABLE" });
    await expect(open({ agentId: "off" })).rejects.toMatchObject({ code: "CODING_AGENT_ENGINE_UNAVAILABLE" });
    await expect(open({ resumes: "term_none" })).rejects.toMatchObject({ code: "TERMINAL_NOT_FOUND" });
    await host.api("DELETE", `/projects/${desk.project.id}/trust`);
    await expect(open()).rejects.toMatchObject({ code: "PROJECT_NOT_TRUSTED", status: 403 });
    await host.api("POST", `/projects/${desk.project.id}/trust`);
  });
});
