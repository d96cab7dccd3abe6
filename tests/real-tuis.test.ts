import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AgentHook } from "../shared/contract/agent-hooks.ts";
import type { PendingChange } from "../shared/contract/changes.ts";
import type { InboxItem } from "../shared/contract/permissions.ts";
import type { Session } from "../shared/contract/sessions.ts";
import type { Terminal } from "../shared/contract/terminals.ts";
import { until } from "../electron/testing/until.ts";
import { startHost, type Host } from "./kit/host.ts";
import { answerFor, createRealAgentPlace, type RealAgentPlace } from "./kit/real-agent-place.ts";
import { watchTerminal, type TuiScreen } from "./kit/tui-screen.ts";
import { openDesk, type Desk } from "./kit/work-place.ts";

const limitMs = 120_000;

/** What each shows once it takes a prompt, and when it asks; and the key that allows it. */
const looks = {
  opencode: { ready: /Ask anything/, asks: /Permission required|Allow once/i, allow: "\r" },
  qwen: { ready: /Type your message/, asks: /Apply this change|Yes, allow once|Allow once/i, allow: "\r" },
} as const;

describe.each(["opencode", "qwen"] as const)("the real %s on a terminal", { timeout: 240_000 }, (agentId) => {
  let place: RealAgentPlace;
  let host: Host;
  let desk: Desk;
  let terminal: Terminal;
  let screen: TuiScreen;

  beforeAll(async () => {
    place = await createRealAgentPlace(agentId);
    place.model.script(answerFor(agentId));
    host = await startHost({ env: place.hostEnv });
    desk = await openDesk(host, place.repo);
  }, limitMs);
  afterAll(async () => {
    await screen?.close();
    await host?.stop();
    await place?.close();
  });

  const look = async (): Promise<Terminal> => {
    const all = await host.api<Terminal[]>("GET", `/sessions/${desk.session.id}/terminals`);
    const found = all.find(({ id }) => id === terminal.id);
    if (!found) throw new Error("It isn't listed");
    return found;
  };
  const stands = (state: string, kind: string): Promise<unknown> =>
    until(
      async () => {
        const { agent } = await look();
        if (agent?.state === state && agent.evidence.kind === kind) return true;
        throw new Error(`It is ${JSON.stringify(agent)}, and its screen:\n${screen.text()}`);
      },
      `${state} by ${kind}`,
      limitMs,
    );
  const start = async (more: Record<string, unknown> = {}): Promise<void> => {
    await screen?.close();
    const asked = { agentId, cols: 100, rows: 30, ...more };
    terminal = await host.api("POST", `/sessions/${desk.session.id}/terminals/agent`, asked);
    screen = await watchTerminal(host, terminal.id);
    await screen.sees(looks[agentId].ready);
  };
  const prompt = async (words: string): Promise<void> => {
    await screen.type(words);
    await screen.sees(words.slice(-20));
    await screen.type("\r");
  };

  it("works in the session's files, tells by its hook how it stands, and goes on where it was", async () => {
    const shown = await host.api<AgentHook>("GET", `/agents/${agentId}/hook`);
    const before = existsSync(shown.file) ? readFileSync(shown.file, "utf8") : null;
    const put = await host.api<AgentHook>("POST", `/agents/${agentId}/hook`, { hash: shown.hash });

    await start();
    await prompt("tell me of the cart");
    await stands("done", "hook");
    expect(place.model.requests.some(({ words }) => words.includes("tell me of the cart"))).toBe(true);

    const cart = path.join(desk.session.workingCopy.path, "cart.ts");
    await prompt(`edit ${cart}: total = 1 -> total = 2`);
    await screen.sees(looks[agentId].asks);
    await stands("blocked", "hook");
    expect((await host.api<Session>("GET", `/sessions/${desk.session.id}`)).activity).toBe("waiting");
    expect(await host.api<InboxItem[]>("GET", "/inbox")).toMatchObject([{ kind: "terminal", id: terminal.id }]);
    await screen.type(looks[agentId].allow);
    await stands("done", "hook");
    expect(readFileSync(cart, "utf8")).toBe("export const total = 2;\n");
    const changes = await host.api<PendingChange[]>("GET", `/sessions/${desk.session.id}/changes`);
    expect(changes).toMatchObject([{ path: "cart.ts", additions: 1, deletions: 1 }]);

    const { agent } = await look();
    expect(agent?.conversation).toMatch(/^[\w.-]+$/);
    await host.api("DELETE", `/agents/${agentId}/hook/${put.hash}`);
    expect(existsSync(shown.file) ? readFileSync(shown.file, "utf8") : null).toBe(before);
    expect(place.asked).toEqual([]);
  });
});
