import { readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { ok } from "../../shared/result.ts";
import { systemClock } from "../lib/clock.ts";
import { toCliFailure, type ExitCode } from "./cli/cli-failure.ts";
import type { OpenCore } from "./cli/connect.ts";
import { runProgram } from "./cli/program.ts";
import { createTerminal, jsonLine } from "./cli/terminal.ts";
import { hearthFolders, type Folders } from "./folders.ts";
import { handleSurprises } from "./surprises.ts";
import { productPaths } from "./product-paths.ts";

/** The `hearth` command: ties the commands to this process, its streams and signals. */
const entryFolder = import.meta.dirname;
const paths = productPaths(entryFolder);
const args = process.argv.slice(2);
const io = createTerminal(process);

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
      programs: { practiceAgent: paths.practiceAgent },
      env: process.env,
    });
    if (!opened.ok) return opened;
    const core = opened.value;
    handleSurprises(core.log, () => core.dispose());
    return ok(core);
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
    return await runProgram(
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
  } catch (error) {
    const failure = toCliFailure(error);
    if (args.includes("--json")) process.stderr.write(`${jsonLine({ code: failure.code, message: failure.message })}\n`);
    else io.note(failure.message);
    return failure.exitCode;
  }
}

process.exitCode = await main();
// What was written must reach its reader before anything that still ticks is cut off.
process.stdout.write("", () => process.exit());
