import { createInterface } from "node:readline/promises";
import { visibleText } from "../../../shared/visible-text.ts";
import { CliFailure } from "./cli-failure.ts";

type Streams = {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  env: NodeJS.ProcessEnv;
};

/**
 * The terminal as commands see it. What agents and files say passes through `visible` first, so that nothing of it can
 * move the cursor, change colours or the title. Answers go to stdout, everything about them to stderr.
 */
export type CommandTerminal = {
  /** To stdout, as it is. */
  write(text: string): void;
  line(text?: string): void;
  /** A line to stderr: progress, notices, questions. */
  note(text: string): void;
  /** One JSON value on one line of stdout. */
  json(value: unknown): void;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Approvals on stderr; null when the input ends. Rejects when the signal aborts, and as cancelled on Ctrl+C. */
  ask(question: string, signal?: AbortSignal): Promise<string | null>;
  dim(text: string): string;
  bold(text: string): string;
};

/** The terminal of this process. */
export class StreamTerminal implements CommandTerminal {
  readonly #streams: Streams;
  readonly #colours: boolean;
  #lineOpen = false;

  /** `onLost` is told when output can't be written (a full disk); the command is to end. */
  constructor({ onLost, ...streams }: Streams & { onLost: (error: Error) => void }) {
    this.#streams = streams;
    this.#colours = !streams.env["NO_COLOR"] && streams.env["TERM"] !== "dumb";
    for (const stream of [streams.stdout, streams.stderr])
      stream.on("error", (error: NodeJS.ErrnoException) => {
        // A reader that went away (`| head`) isn't a failure of the command; what it would have read is lost on purpose.
        if (error.code !== "EPIPE") onLost(error);
      });
  }

  get interactive(): boolean {
    return this.#streams.stdin.isTTY && this.#streams.stderr.isTTY === true;
  }

  write(text: string): void {
    if (text === "") return;
    this.#streams.stdout.write(text);
    this.#lineOpen = !text.endsWith("\n");
  }

  line(text = ""): void {
    this.write(`${this.#styled(text, this.#streams.stdout)}\n`);
  }

  note(text: string): void {
    const { stdout, stderr } = this.#streams;
    // Both streams usually show on one screen: a note must not land in the middle of a line.
    if (this.#lineOpen && stdout.isTTY) this.write("\n");
    stderr.write(`${this.#styled(text, stderr)}\n`);
  }

  json(value: unknown): void {
    this.write(`${jsonLine(value)}\n`);
  }

  async ask(question: string, signal?: AbortSignal): Promise<string | null> {
    const lines = createInterface({ input: this.#streams.stdin, output: this.#streams.stderr });
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
  }

  dim(text: string): string {
    return `\u001b[2m${text}\u001b[22m`;
  }

  bold(text: string): string {
    return `\u001b[1m${text}\u001b[22m`;
  }

  #styled(text: string, stream: { isTTY?: boolean }): string {
    return this.#colours && stream.isTTY === true ? text : plain(text);
  }
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
