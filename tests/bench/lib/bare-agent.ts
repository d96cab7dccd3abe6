import * as acp from "@agentclientprotocol/sdk/unstable";
import { spawn } from "node:child_process";
import { Readable, Writable } from "node:stream";

export type Launch = { command: string; args: string[]; env: Record<string, string> };

/** An agent driven by nothing but the protocol's SDK: what the agent itself takes. */
export type BareAgent = {
  /** Prompt call → first word of the answer, in ms; resolves at the turn's end. */
  turn(text: string): Promise<number>;
  stop(): Promise<void>;
};

export async function startBareAgent(launch: Launch, cwd: string): Promise<BareAgent> {
  const child = spawn(launch.command, launch.args, { cwd, env: launch.env, stdio: ["pipe", "pipe", "ignore"], detached: true });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let onWord: () => void = () => {};
  const { agent } = acp
    .client({ name: "bench" })
    .onNotification(acp.methods.client.session.update, ({ params }) => {
      const { update } = params;
      const spoken = update.sessionUpdate === "agent_message_chunk" || update.sessionUpdate === "agent_thought_chunk";
      if (spoken && update.content.type === "text" && update.content.text !== "") onWord();
    })
    .onRequest(acp.methods.client.session.requestPermission, () => ({ outcome: { outcome: "cancelled" } }))
    .connect(acp.ndJsonStream(Writable.toWeb(child.stdin), Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>));
  await agent.request(acp.methods.agent.initialize, {
    protocolVersion: acp.PROTOCOL_VERSION,
    clientInfo: { name: "hearth", title: "Hearth", version: "1" },
    clientCapabilities: { fs: { readTextFile: true, writeTextFile: true }, terminal: true },
  });
  const { sessionId } = await agent.request(acp.methods.agent.session.new, { cwd, mcpServers: [] });
  return {
    async turn(text) {
      const begun = performance.now();
      let first = Number.NaN;
      onWord = () => (first = Number.isNaN(first) ? performance.now() - begun : first);
      await agent.request(acp.methods.agent.session.prompt, { sessionId, prompt: [{ type: "text", text }] });
      return first;
    },
    async stop() {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGKILL");
      await gone;
    },
  };
}
