import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Terminal, TerminalOutput } from "../../shared/contract/terminals.ts";
import type { TuiEvidence, TuiState } from "../../shared/contract/terminal-agent.ts";
import { agentsDir, type RealAgent } from "../../electron/testing/real-agents.ts";
import { until } from "../../electron/testing/until.ts";
import type { Host } from "./host.ts";
import type { RealAgentPlace } from "./real-agent-place.ts";

const limitMs = 45_000;

/** `asks`: what stands on its screen by then; its hook may tell of it before. */
type Habits = { ready: RegExp; asks: RegExp; stopsTwice: RegExp | null; quitsTwice: RegExp | null; settings: string };

/** What a person does in each of the real programs. */
export const tuiHabits: Record<RealAgent, Habits> = {
  opencode: {
    ready: /ctrl\+p commands/,
    asks: /allow/i,
    stopsTwice: /again to interrupt/,
    quitsTwice: null,
    settings: ".config/opencode/plugins/hearth-notify.js",
  },
  qwen: {
    ready: /Type your message/,
    asks: /Allow execution/,
    stopsTwice: null,
    quitsTwice: /again to exit/i,
    settings: ".qwen/settings.json",
  },
  claude: {
    ready: /manual mode on/,
    asks: /want to proceed/,
    stopsTwice: null,
    quitsTwice: /again to exit/i,
    settings: ".claude/settings.json",
  },
};

/** Makes the person's own configuration such that the programs ask, and have nothing to introduce themselves with. */
export function prepareTui(agentId: RealAgent, { home }: RealAgentPlace): void {
  const save = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), text);
  };
  if (agentId === "opencode") {
    const file = path.join(home, ".config/opencode/opencode.json");
    const config = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...config, permission: { edit: "ask", bash: "ask" } }));
  }
  if (agentId !== "claude") return;
  const bin = path.join(agentsDir, "node_modules/@anthropic-ai/claude-agent-sdk-linux-x64");
  const profile = readFileSync(path.join(home, ".profile"), "utf8");
  save(".profile", `${profile}export PATH='${bin}':"$PATH"\n`);
  const known = { approved: ["scripted"], rejected: [] };
  save(".claude/.claude.json", JSON.stringify({ hasCompletedOnboarding: true, theme: "dark", customApiKeyResponses: known }));
  save(".claude/settings.json", '{\n  "permissions": { "defaultMode": "default", "disableAutoMode": "disable" }\n}\n');
}

/** One real program in a terminal of Hearth, as a person has it before them. */
export class RealTui {
  readonly #host: Host;
  readonly id: string;
  readonly #agentId: RealAgent;

  readonly #sessionId: string;

  constructor(host: Host, agentId: RealAgent, { id, sessionId }: Pick<Terminal, "id" | "sessionId">) {
    this.#host = host;
    this.#agentId = agentId;
    this.id = id;
    this.#sessionId = sessionId;
  }

  async look(): Promise<Terminal> {
    const all = await this.#host.api<Terminal[]>("GET", `/sessions/${this.#sessionId}/terminals`);
    const found = all.find((one) => one.id === this.id);
    if (!found) throw new Error("It isn't listed");
    return found;
  }

  write(data: string): Promise<unknown> {
    return this.#host.api("POST", `/terminals/${this.id}/write`, { data });
  }

  /** What stands on its screen, blanks taken together. */
  async screen(): Promise<string> {
    const { ticket } = await this.#host.api<{ ticket: string }>("POST", `/terminals/${this.id}/ticket`);
    const answer = await fetch(`${this.#host.url}/api/v1/terminals/${this.id}/attach?ticket=${ticket}`, {
      headers: { authorization: `Bearer ${this.#host.token}` },
    });
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const data = /^data: (.*)\n\n/m.exec(text.includes("\n\n") ? text : "")?.[1];
      if (data === undefined) continue;
      const first = JSON.parse(data) as TerminalOutput;
      return first.type === "replay" ? plain(first.data) : "";
    }
    return "";
  }

  async sees(what: RegExp | string): Promise<void> {
    await until(
      async () => {
        const now = await this.screen();
        if (typeof what === "string" ? now.includes(what) : what.test(now)) return true;
        throw new Error(`The screen is:\n${now}`);
      },
      `${String(what)} on the screen`,
      limitMs,
    );
  }

  stands(state: TuiState, kind?: TuiEvidence["kind"]): Promise<Terminal> {
    return until(
      async () => {
        const now = await this.look();
        const { agent } = now;
        if (agent?.state === state && (kind === undefined || agent.evidence.kind === kind)) return now;
        throw new Error(`It is ${JSON.stringify(agent)}; the screen is:\n${await this.screen()}`);
      },
      `${state} by ${kind ?? "anything"}`,
      limitMs,
    );
  }

  /** Once it takes prompts; one that wants to know first whether it may work in the folder is told so. */
  async isReady(): Promise<void> {
    const { ready } = tuiHabits[this.#agentId];
    await until(
      async () => {
        const now = await this.screen();
        if (ready.test(now)) return true;
        const key = /❯ No, exit/.test(now) ? "\u001b[B" : /❯ Yes, I trust/.test(now) ? "\r" : null;
        if (key !== null) {
          await this.write(key);
          await this.#shows((screen) => screen !== now);
        }
        throw new Error(`The screen is:\n${now}`);
      },
      "it to take prompts",
      limitMs,
    );
  }

  /** Whether it answers a key soon: one that comes before it listens is lost, though its screen is there. */
  #shows(what: (screen: string) => boolean): Promise<boolean> {
    return until(async () => what(await this.screen()), "an answer to a key", 5_000).catch(() => false);
  }

  /** As a person stops its turn. */
  async stopTurn(): Promise<void> {
    const { stopsTwice } = tuiHabits[this.#agentId];
    await this.write("\u001b");
    if (!stopsTwice) return;
    await this.sees(stopsTwice);
    await this.write("\u001b");
  }

  async quit(): Promise<void> {
    const { quitsTwice } = tuiHabits[this.#agentId];
    await this.write("\u0003");
    if (!quitsTwice) return;
    await this.sees(quitsTwice);
    await this.write("\u0003");
  }

  async prompt(words: string): Promise<void> {
    const isThere = (screen: string): boolean => screen.includes(words);
    await until(
      async () => {
        await this.write(words);
        if (await this.#shows(isThere)) return true;
        // It wasn't listening yet, or is late: anew, from an empty line.
        await this.write("\u0015");
        throw new Error(`The screen is:\n${await this.screen()}`);
      },
      `${words} to be typed`,
      limitMs,
    );
    await this.write("\r");
  }
}

function plain(screen: string): string {
  return screen
    .replaceAll(/\u001b\[\d*[CB]/g, " ")
    .replaceAll(/\u001b(?:\[[\d;?>]*[a-zA-Z]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[=>])/g, "")
    .replaceAll(/[ \u00a0]+/g, " ");
}
