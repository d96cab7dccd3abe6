import type { Log } from "../lib/log.ts";

/**
 * The one handler of what nobody expected, for as long as the process lives: it goes to the log, whoever started Hearth
 * is told, and the host ends in order, so that the next start settles what went on. Going on with a state that nobody
 * thought of would be worse.
 */
export function installCrashHandler(log: Log, end: () => Promise<void>): void {
  let ending = false;
  const onCrash = (error: unknown): void => {
    log.error("host.crash", error);
    if (ending) process.exit(1);
    ending = true;
    process.stderr.write(`Hearth met something it isn't made for and ends; what runs is interrupted. ${wordsOf(error)}\n`);
    end().then(
      () => process.exit(1),
      () => process.exit(1),
    );
  };
  process.on("uncaughtException", onCrash);
  process.on("unhandledRejection", onCrash);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
