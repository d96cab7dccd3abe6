import path from "node:path";
import type { MessagePortMain } from "electron";
import { openCore, type Core } from "../core.ts";
import { PortCarrier } from "../rpc/carriers/message-port.ts";
import { installCrashHandler } from "./crash-handler.ts";
import { productPaths } from "./product-paths.ts";
import { isVaultMessage, ShellVault, type VaultAnswer } from "./shell-vault.ts";

/**
 * The core inside the desktop app: a utility process that serves the ports the shell hands to it. It settles and ends
 * when the shell says so, or when the lifeline closes because the shell is gone.
 */
type ParentMessage = { data: unknown; ports: MessagePortMain[] };
type ParentPort = { postMessage(message: unknown): void; on(event: "message", listener: (message: ParentMessage) => void): void };

const settleLimitMs = 5_000;

const [dataDir, configDir, version] = process.argv.slice(2);
const parent = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort;

if (parent && dataDir && configDir) run(parent, dataDir, configDir, version ?? "");

function run(shell: ParentPort, data: string, config: string, shown: string): void {
  const { programs } = productPaths(import.meta.dirname);
  const vault = new ShellVault((question) => shell.postMessage(question));
  const opening = openCore({
    dataDir: data,
    configDir: config,
    host: "desktop",
    version: shown,
    programs: {
      practiceAgent: unpacked(programs.practiceAgent),
      opencodePlugin: unpacked(programs.opencodePlugin),
      sandboxHost: unpacked(programs.sandboxHost),
      pageReader: unpacked(programs.pageReader),
      outliner: unpacked(programs.outliner),
      modelHost: unpacked(programs.modelHost),
    },
    env: process.env,
    vault,
  });
  const opened: Promise<Core | null> = opening.then((result) => (result.ok ? result.value : null));
  void opened.then((core) => core && installCrashHandler(core.log, () => core.dispose()));
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), settleLimitMs).unref();
    void opened.then((core) => core?.dispose()).finally(() => process.exit(0));
  };
  shell.on("message", ({ data: message, ports: [port] }) => {
    const type = typeOf(message);
    if (isVaultMessage(message)) vault.answered(message as VaultAnswer);
    else if (type === "stop") end();
    else if (type === "lifeline" && port) {
      port.on("close", end);
      port.start();
    } else if (type === "connect" && port) void opened.then((core) => core && servePort(core, port));
  });
  // Ctrl+C in a terminal reaches the whole group; the shell, which gets it too, says what is to be done.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", end);
  void opening.then((result) =>
    shell.postMessage(
      result.ok ? { type: "ready" } : { type: "refused", code: result.error.code, message: result.error.message },
    ),
  );
}

function servePort(core: Core, port: MessagePortMain): void {
  new PortCarrier(core.router, core.log).serve(port);
  port.start();
}

/** Other programs see no files inside the packaged app's archive; those they need lie beside it. */
function unpacked(file: string): string {
  return file.replace(`app.asar${path.sep}`, `app.asar.unpacked${path.sep}`);
}

function typeOf(data: unknown): string | null {
  return typeof data === "object" && data !== null && "type" in data && typeof data.type === "string" ? data.type : null;
}
