import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { startModelServer, type ModelReply, type ModelRequest, type ModelServer } from "../../electron/testing/model-server.ts";
import { findRealAgent, offlineEnv, prepareAgentHome, type RealAgent } from "../../electron/testing/real-agents.ts";
import { createWorkPlace, type WorkPlace } from "./work-place.ts";

/**
 * A work place in which a real agent from npm works against a scripted model, and whatever asks another host is told
 * of in `asked`. Owns the model server and the proxy that listens for such requests, until `close`.
 */
export type RealAgentPlace = WorkPlace & {
  model: ModelServer;
  /** Hosts other than the model's that something in here wanted. */
  asked: string[];
  close(): Promise<void>;
};

export async function createRealAgentPlace(agentId: RealAgent): Promise<RealAgentPlace> {
  if (!findRealAgent(agentId)) throw new Error(`${agentId} isn't installed in .cache/agents; \`npm test\` installs it`);
  const model = await startModelServer(() => ({ text: ["Nothing is scripted."] }));
  const asked: string[] = [];
  const proxy = await startTripwire(asked);
  const place = await createWorkPlace();
  const agentEnv = prepareAgentHome(place.home, model.url);
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const config = place.hostEnv["HEARTH_CONFIG_DIR"] ?? "";
  mkdirSync(config, { recursive: true });
  // All, as all of them are on the PATH.
  const offline = Object.fromEntries(Object.entries(offlineEnv).map(([id, envOf]) => [id, { env: envOf(model.url) }]));
  writeFileSync(path.join(config, "agents.json"), JSON.stringify(offline));
  // A login shell sets PATH anew; a person's profile is where the folders of their programs come from.
  writeFileSync(path.join(place.home, ".profile"), `export PATH='${agentEnv["PATH"]}'\n`);
  const proxies = Object.fromEntries(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [name, proxyUrl]));
  const direct = { NO_PROXY: "127.0.0.1,localhost", no_proxy: "127.0.0.1,localhost" };
  return {
    ...place,
    hostEnv: { ...place.hostEnv, ...agentEnv, ...proxies, ...direct },
    model,
    asked,
    async close() {
      await model.close();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      place.dispose();
    },
  };
}

/** A proxy that lets nothing through and notes what was wanted. */
async function startTripwire(asked: string[]): Promise<Server> {
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(502).end();
  });
  proxy.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.on("error", () => socket.destroy());
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return proxy;
}

const editCall: Record<RealAgent, (file: string, before: string, after: string) => ModelReply[]> = {
  opencode: (filePath, oldString, newString) => [
    { toolCalls: [{ name: "read", args: { filePath } }] },
    { toolCalls: [{ name: "edit", args: { filePath, oldString, newString } }] },
  ],
  qwen: (file_path, old_string, new_string) => [
    { toolCalls: [{ name: "read_file", args: { file_path } }] },
    { toolCalls: [{ name: "edit", args: { file_path, old_string, new_string } }] },
  ],
  claude: (file_path, old_string, new_string) => [
    { toolCalls: [{ name: "Read", args: { file_path } }] },
    { toolCalls: [{ name: "Edit", args: { file_path, old_string, new_string } }] },
  ],
};

const commandCall: Record<RealAgent, (command: string) => ModelReply> = {
  opencode: (command) => ({ toolCalls: [{ name: "bash", args: { command, description: "A command" } }] }),
  qwen: (command) => ({
    toolCalls: [{ name: "run_shell_command", args: { command, description: "A command", is_background: false } }],
  }),
  claude: (command) => ({ toolCalls: [{ name: "Bash", args: { command, description: "A command" } }] }),
};

/**
 * The script all tests share, by what the prompt says: `edit FILE: BEFORE -> AFTER`, `command COMMAND`, `hang`, `refuse` (401); anything
 * else is answered with the person's own words. Those are the last line: what Hearth tells of missed turns may stand before.
 */
export function answerFor(agentId: RealAgent): (request: ModelRequest) => ModelReply {
  return ({ said: all, step }) => {
    const words = all.trim().split("\n").at(-1) ?? "";
    const edit = /edit (\S+): (.+) -> (.+)/.exec(words);
    if (edit) {
      const [, file = "", before = "", after = ""] = edit;
      return editCall[agentId](file, before, after)[step] ?? { text: ["It is changed."] };
    }
    const command = /command (.+)/.exec(words)?.[1];
    if (command !== undefined) return step === 0 ? commandCall[agentId](command) : { text: ["It ran."] };
    if (words.includes("hang")) return { text: ["Let me think"], hang: true };
    if (words.includes("refuse")) return { status: 401 };
    return { reasoning: ["Looking at it. "], text: ["You said: ", words.slice(-60)] };
  };
}
