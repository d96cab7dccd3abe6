import { createInterface } from "node:readline/promises";
import { visibleText } from "../../../shared/visible-text.ts";
import { CliFailure } from "./cli-failure.ts";

/**
 * The terminal as commands see it. What agents and files say passes through `visible` first, so that nothing of it can
 * move the cursor, change colours or the title. Answers go to stdout, everything about them to stderr.
 */
export type Terminal = {
  /** To stdout, as it is. */
  write(text: string): void;
  line(text?: string): void;
  /** A line to stderr: progress, notices, questions. */
  note(text: string): void;
  /** One JSON value on one line of stdout. */
  json(value: unknown): void;
  /** Whether a person can be asked. */
  interactive: boolean;
  /** Asks on stderr; null when the input ends. Rejects when the signal aborts, and as cancelled on Ctrl+C. */
  ask(question: string, signal?: AbortSignal): Promise<string | null>;
  dim(text: string): string;
  bold(text: string): string;
};

type Streams = {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  env: NodeJS.ProcessEnv;
};

/** `onLost` is told when output can't be written (a full disk); the command is to end. */
export function createTerminal({ stdin, stdout, stderr, env }: Streams, onLost: (error: Error) => void): Terminal {
  const watch = (stream: NodeJS.WritableStream): void =>
    void stream.on("error", (error: NodeJS.ErrnoException) => {
      // A reader that went away (`| head`) isn't a failure of the command; what it would have read is lost on purpose.
      if (error.code !== "EPIPE") onLost(error);
    });
  watch(stdout);
  watch(stderr);
  const colours = !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const styled = (text: string, stream: { isTTY?: boolean }): string => (colours && stream.isTTY === true ? text : plain(text));
  let lineOpen = false;
  const write = (text: string): void => {
    if (text === "") return;
    stdout.write(text);
    lineOpen = !text.endsWith("\n");
  };
  return {
    write,
    line: (text = "") => write(`${styled(text, stdout)}\n`),
    note(text) {
      // Both streams usually show on one screen: a note must not land in the middle of a line.
      if (lineOpen && stdout.isTTY) write("\n");
      stderr.write(`${styled(text, stderr)}\n`);
    },
    json: (value) => write(`${jsonLine(value)}\n`),
    interactive: stdin.isTTY && stderr.isTTY === true,
    async ask(question, signal) {
      const lines = createInterface({ input: stdin, output: stderr });
      const ended = new Promise<null>((resolve) => lines.once("close", () => resolve(null)));
      // While a line is typed the terminal makes no signal of Ctrl+C: it comes as a key.
      const interrupted = new Promise<never>((_, reject) =>
        lines.once("SIGINT", () => reject(new CliFailure("CANCELLED", "Cancelled.", 130))),
      );
      try {
        return await Promise.race([lines.question(question, signal ? { signal } : {}), ended, interrupted]);
      } finally {
        lines.close();
      }
    },
    dim: (text) => `\u001b[2m${text}\u001b[22m`,
    bold: (text) => `\u001b[1m${text}\u001b[22m`,
  };
}

/** What `dim` and `bold` write. Nothing else gets here with an escape: foreign text has gone through `visibleText`. */
const ownStyles = ["\u001b[1m", "\u001b[2m", "\u001b[22m"];

function plain(text: string): string {
  return ownStyles.reduce((rest, style) => rest.replaceAll(style, ""), text);
}

/** JSON without characters that a terminal would act on; JSON.stringify escapes C0 only. */
export function jsonLine(value: unknown): string {
  const acted = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
  return JSON.stringify(value).replace(acted, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Foreign text on one line: hidden characters as marks, line breaks as spaces, cut at `max` characters. */
export function oneLine(text: string, max = 200): string {
  const flat = visibleText(text.replace(/\s*\r?\n\s*/g, " "))
    .replaceAll("\t", " ")
    .trim();
  const chars = Array.from(flat);
  return chars.length > max ? `${chars.slice(0, max - 1).join("")}…` : flat;
}

export function countFiles(files: number): string {
  return files === 1 ? "1 file" : `${files} files`;
}

/** Rows with columns of equal width, two spaces between; the last column is as long as it likes. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, Array.from(cell).length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell + " ".repeat((widths[at] ?? 0) - Array.from(cell).length)))
      .join("  ")
      .trimEnd(),
  );
}
