import { readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { ok } from "../../shared/result.ts";
import type { Core } from "../core.ts";
import { systemClock } from "../lib/clock.ts";
import { CliFailure, toCliFailure, type ExitCode } from "./cli/cli-failure.ts";
import type { OpenCore } from "./cli/connect.ts";
import { runProgram } from "./cli/program.ts";
import { StreamTerminal, jsonLine } from "./cli/terminal.ts";
import { hearthFolders, type Folders } from "./folders.ts";
import { installCrashHandler } from "./crash-handler.ts";
import { productPaths } from "./product-paths.ts";

/** The `hearth` command: ties the commands to this process, its streams and signals. */
const entryFolder = import.meta.dirname;
const paths = productPaths(entryFolder);
const args = process.argv.slice(2);
/** Rejects when what the command says can't be written. */
const outputLost = Promise.withResolvers<never>();
const io = new StreamTerminal({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onLost: (error) => outputLost.reject(new CliFailure("OUTPUT_LOST", `The output can't be written: ${error.message}`, 1)),
});
/** The core that this process opened, if it did: whatever ends the command ends it too. */
let core: Core | null = null;

function folders(dataDir?: string): Folders {
  const usual = hearthFolders({ env: process.env });
  return dataDir === undefined ? usual : { ...usual, dataDir: path.resolve(dataDir) };
}

function openCoreIn(dataDir: string): OpenCore {
  return async () => {
    // Loaded when needed: a command that talks to a running core, or only tells its version, starts in half the time.
    const { openCore } = await import("../core.ts");
    const opened = await openCore({
      dataDir,
      configDir: folders().configDir,
      host: "serve",
      version: version(),
      programs: paths.programs,
      env: process.env,
    });
    if (!opened.ok) return opened;
    const own = opened.value;
    core = own;
    installCrashHandler(own.log, () => own.dispose());
    return ok(own);
  };
}

/** The first Ctrl+C goes to the listener; from the second on the process ends. */
function onInterrupt(listener: () => void): () => void {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(130);
    asked = true;
    listener();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  return () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
  };
}

function untilAskedToEnd(): Promise<void> {
  return new Promise((resolve) => onInterrupt(resolve));
}

function version(): string {
  const file = path.join(entryFolder, "../../package.json");
  const content: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof content === "object" && content !== null && "version" in content ? String(content.version) : "unknown";
}

async function main(): Promise<ExitCode> {
  try {
    const program = runProgram(
      {
        io,
        pageFolder: paths.pageFolder,
        version: version(),
        clock: systemClock,
        env: process.env,
        folders,
        openCoreIn,
        onInterrupt,
        untilAskedToEnd,
        readStdin: async () => (process.stdin.isTTY ? null : text(process.stdin)),
      },
      args,
    );
    return await Promise.race([program, outputLost.promise]);
  } catch (error) {
    const code = tell(error);
    await core?.dispose();
    return code;
  }
}

let told = false;

/** One sentence about why the command failed. */
function tell(error: unknown): ExitCode {
  const { code, message, exitCode } = toCliFailure(error);
  if (!told && args.includes("--json")) process.stderr.write(`${jsonLine({ code, message })}\n`);
  else if (!told) io.note(message);
  told = true;
  return exitCode;
}

const exitCode = await main();
// What was written must reach its reader before anything that still ticks is cut off.
const written = new Promise<void>((resolve) => process.stdout.write("", () => setImmediate(resolve)));
process.exitCode = await Promise.race([written, outputLost.promise]).then(() => exitCode, tell);
process.exit();
