import type { MessagePortMain } from "electron";
import { openCore, type Core } from "../core.ts";
import { createPortCarrier } from "../rpc/carriers/message-port.ts";
import { productPaths } from "./product-paths.ts";

/**
 * The core inside the desktop app: a utility process that serves the ports the shell hands to it, and settles and ends
 * when the shell says so or is gone.
 */
type ParentMessage = { data: unknown; ports: MessagePortMain[] };
type ParentPort = { postMessage(message: unknown): void; on(event: "message", listener: (message: ParentMessage) => void): void };

const [dataDir, configDir, version] = process.argv.slice(2);
const parent = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort;

if (parent && dataDir && configDir) void run(parent, dataDir, configDir, version ?? "");

async function run(shell: ParentPort, data: string, config: string, shown: string): Promise<void> {
  const early: ParentMessage[] = [];
  let core: Core | null = null;
  const handle = (message: ParentMessage): void => {
    const type = typeOf(message.data);
    const [port] = message.ports;
    if (type === "stop") void end(core);
    else if (type === "connect" && port && core) {
      createPortCarrier(core.router, core.log).serve(port);
      port.start();
    }
    else if (!core) early.push(message);
  };
  shell.on("message", handle);
  const opened = await openCore({
    dataDir: data,
    configDir: config,
    host: "desktop",
    version: shown,
    programs: { practiceAgent: productPaths(import.meta.dirname).practiceAgent },
    env: process.env,
  });
  if (!opened.ok) {
    shell.postMessage({ type: "refused", code: opened.error.code, message: opened.error.message });
    return;
  }
  core = opened.value;
  shell.postMessage({ type: "ready" });
  for (const message of early.splice(0)) handle(message);
}

async function end(core: Core | null): Promise<void> {
  await core?.dispose();
  process.exit(0);
}

function typeOf(data: unknown): string | null {
  return typeof data === "object" && data !== null && "type" in data && typeof data.type === "string" ? data.type : null;
}
