import * as acp from "@agentclientprotocol/sdk/unstable";
import { spawn, type ChildProcess } from "node:child_process";
import { Readable, Writable } from "node:stream";

export type Launch = { command: string; args: readonly string[]; env: Record<string, string> };

/** An agent driven by nothing but its protocol: what the agent itself takes. */
export interface BareAgent {
  readonly pid: number;
  newSession(cwd: string): Promise<BareSession>;
  stop(): Promise<void>;
}
/** Prompt call → first word of the answer, in ms; resolves at the turn's end. */
export type BareSession = { turn(text: string): Promise<number> };

/** The child of a launch; ends with its whole group. */
export class BareChild {
  readonly child: ChildProcess;
  readonly #gone: Promise<void>;

  constructor({ command, args, env }: Launch, cwd: string) {
    this.child = spawn(command, args, { cwd, env, stdio: ["pipe", "pipe", "ignore"], detached: true });
    this.#gone = new Promise((resolve) => this.child.once("exit", () => resolve()));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-this.pid, "SIGKILL");
    await this.#gone;
  }
}

export async function startBareAcp(launch: Launch, cwd: string): Promise<BareAgent> {
  const program = new BareChild(launch, cwd);
  const { stdin, stdout } = program.child;
  if (!stdin || !stdout) throw new Error("It has no pipes");
  const onWord = new Map<string, () => void>();
  const { agent } = acp
    .client({ name: "bench" })
    .onNotification(acp.methods.client.session.update, ({ params }) => {
      const { update } = params;
      const spoken = update.sessionUpdate === "agent_message_chunk" || update.sessionUpdate === "agent_thought_chunk";
      if (spoken && update.content.type === "text" && update.content.text !== "") onWord.get(params.sessionId)?.();
    })
    .onRequest(acp.methods.client.session.requestPermission, () => ({ outcome: { outcome: "cancelled" } }))
    .connect(acp.ndJsonStream(Writable.toWeb(stdin), Readable.toWeb(stdout) as ReadableStream<Uint8Array>));
  await agent.request(acp.methods.agent.initialize, {
    protocolVersion: acp.PROTOCOL_VERSION,
    clientInfo: { name: "hearth", title: "Hearth", version: "1" },
    clientCapabilities: { fs: { readTextFile: true, writeTextFile: true }, terminal: true },
  });
  return {
    pid: program.pid,
    stop: () => program.stop(),
    async newSession(folder) {
      const { sessionId } = await agent.request(acp.methods.agent.session.new, { cwd: folder, mcpServers: [] });
      return {
        async turn(text) {
          const begun = performance.now();
          let first = Number.NaN;
          onWord.set(sessionId, () => (first = Number.isNaN(first) ? performance.now() - begun : first));
          await agent.request(acp.methods.agent.session.prompt, { sessionId, prompt: [{ type: "text", text }] });
          return first;
        },
      };
    },
  };
}
