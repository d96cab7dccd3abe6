import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AgentHook } from "../shared/contract/agent-hooks.ts";
import type { InboxItem } from "../shared/contract/permissions.ts";
import type { Session } from "../shared/contract/sessions.ts";
import type { Terminal } from "../shared/contract/terminals.ts";
import { until } from "../electron/testing/until.ts";
import { processesOf, startHost, type Host } from "./kit/host.ts";
import { answerFor, createRealAgentPlace, type RealAgentPlace } from "./kit/real-agent-place.ts";
import { prepareTui, RealTui, tuiHabits } from "./kit/real-tui.ts";
import { openDesk, type Desk } from "./kit/work-place.ts";

describe.each(["opencode", "qwen", "claude"] as const)("the real program of %s on a terminal", { timeout: 60_000 }, (agentId) => {
  let place: RealAgentPlace;
  let host: Host;
  let desk: Desk;
  /** Its settings, as the person has them. */
  let before: string | null;
  let tui: RealTui;

  const settings = (): string => path.join(place.home, tuiHabits[agentId].settings);
  const read = (file: string): string | null => (existsSync(file) ? readFileSync(file, "utf8") : null);
  const open = async (resumes?: RealTui): Promise<RealTui> => {
    const more = resumes ? { resumes: resumes.id } : {};
    const size = { cols: 100, rows: 30 };
    const route = `/sessions/${desk.session.id}/terminals/agent`;
    return new RealTui(host, agentId, await host.api<Terminal>("POST", route, { agentId, ...size, ...more }));
  };
  const session = (): Promise<Session> => host.api("GET", `/sessions/${desk.session.id}`);
  const inbox = (): Promise<InboxItem[]> => host.api("GET", "/inbox");
  const file = (name: string): string => path.join(desk.session.workingCopy.path, name);
  const others = (): string[] =>
    processesOf(place.home)
      .filter(({ pid }) => pid !== host.pid)
      .map(({ command }) => command);
  const asksFor = async (words: string): Promise<void> => {
    await tui.prompt(words);
    await tui.stands("blocked", "hook");
    await tui.sees(tuiHabits[agentId].asks);
  };
  /** What it was told before reaches the model again. */
  const remembers = async (words: string): Promise<void> => {
    await tui.prompt("and what now");
    const request = await until(
      () => place.model.requests.find(({ said, tools }) => tools.length > 0 && said.includes("and what now")),
      "the model to be asked",
      45_000,
    );
    expect(request.transcript.join("\n")).toContain(words);
    place.model.requests.length = 0;
  };

  beforeAll(async () => {
    place = await createRealAgentPlace(agentId);
    prepareTui(agentId, place);
    place.model.script(answerFor(agentId));
    host = await startHost({ env: place.hostEnv });
    desk = await openDesk(host, place.repo);
    before = read(settings());
  });
  afterAll(async () => {
    await host?.stop();
    await place?.close();
  });

  it("starts in the session's working copy, with its hook once the person let it in, and waits for a prompt", async () => {
    const shown = await host.api<AgentHook>("GET", `/agents/${agentId}/hook`);
    expect(read(settings())).toBe(before);
    await host.api("POST", `/agents/${agentId}/hook`, { hash: shown.hash });
    tui = await open();
    expect(await tui.look()).toMatchObject({ cwd: desk.session.workingCopy.path, agent: { state: "unknown" } });
    await tui.isReady();
    await tui.stands("idle", "hook");
  });

  it("works, asks in the inbox, and ends its turn: told by its hook", async () => {
    await asksFor("command touch made.txt");
    expect(await inbox()).toMatchObject([{ kind: "terminal", id: tui.id, terminal: { agentId, evidence: { kind: "hook" } } }]);
    expect((await session()).activity).toBe("waiting");
    expect(existsSync(file("made.txt"))).toBe(false);
    await tui.write("\r");
    await tui.stands("done", "hook");
    expect(existsSync(file("made.txt"))).toBe(true);
    expect(await inbox()).toEqual([]);
  });

  it("doesn't work any more once the person has stopped its turn", async () => {
    await tui.prompt("hang on");
    await tui.stands("working", "hook");
    await until(() => place.model.requests.some(({ said }) => said.includes("hang on")), "the model to be asked", 45_000);
    await tui.stopTurn();
    const rests = async (): Promise<boolean> =>
      ["idle", "done"].includes((await tui.look()).agent?.state ?? "") && (await session()).activity === "idle";
    await until(rests, "it and its session to rest", 45_000);
  });

  it("goes on where it was after its tab was closed by its program's end, and leaves nothing running", async () => {
    const { agent } = await tui.look();
    expect(agent?.conversation).not.toBeNull();
    await tui.quit();
    const ended = await tui.stands("unknown", "exit");
    expect(ended).toMatchObject({ status: "exited", agent: { conversation: agent?.conversation } });
    await until(() => others().length === 0, "its processes to be gone");
    const again = await open(tui);
    // Its conversation is known before it has said a word, so that the next resume can name it.
    expect((await again.look()).agent?.conversation).toBe(agent?.conversation);
    tui = again;
    await tui.isReady();
    await remembers("touch made.txt");
    await tui.stands("done", "hook");
  });

  it("ends with Hearth, goes on after its restart, and its hook goes to the byte", async () => {
    await host.stop();
    await until(() => processesOf(place.home).length === 0, "all processes to be gone");
    host = await startHost({ env: place.hostEnv });
    tui = new RealTui(host, agentId, { id: tui.id, sessionId: desk.session.id });
    expect(await tui.look()).toMatchObject({ status: "exited", agent: { evidence: { kind: "exit" } } });
    tui = await open(tui);
    await tui.isReady();
    await remembers("touch made.txt");
    await tui.stands("done", "hook");
    await host.api("DELETE", `/terminals/${tui.id}`);
    await until(() => others().length === 0, "its processes to be gone");
    await expect(tui.look()).rejects.toThrow("It isn't listed");

    const asItIs = read(settings());
    const { hash } = await host.api<AgentHook>("GET", `/agents/${agentId}/hook`);
    await host.api("DELETE", `/agents/${agentId}/hook/${hash}`);
    const after = read(settings());
    // What the program itself wrote there meanwhile is the program's.
    const itsOwn = agentId === "qwen" ? `${before?.replace(/\n\}\s*$/, "")},\n  "$version": 4\n}` : before;
    expect(after).toBe(itsOwn);
    expect(asItIs).not.toBe(after);
    // Claude Code looks for a newer one of itself and for plugins, whatever it is told; nothing gets through here.
    if (agentId !== "claude") expect(place.asked).toEqual([]);
  });

  it("doesn't outlive a Hearth that was killed", async () => {
    tui = await open();
    await tui.isReady();
    await host.kill();
    host = await startHost({ env: place.hostEnv });
    await until(() => others().length === 0, "its processes to be gone", 45_000);
  });
});
