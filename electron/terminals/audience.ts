import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import type { Flow } from "./flow.ts";
import type { Piece } from "./pieces.ts";
import { TerminalReader } from "./readers.ts";

type AudienceDeps = { flow: Flow<TerminalReader> };

/**
 * A flood comes in reads of 4 KB. What comes within so long goes as one, and while it's much, within longer: a window
 * draws its whole screen after each piece, which takes more time than the reading.
 */
const gatherMs = { usual: 8, flood: 40 };
const floodChars = 32_000;

/** The readers of one terminal, by the ticket that each came with, until `end` or until they leave. */
export class Audience {
  readonly #flow: Flow<TerminalReader>;
  readonly #readers = new Map<string, TerminalReader>();
  /** Characters that came since readers were told last. */
  #untold = 0;
  /** Readers were told just now. What comes after a rest is told at once. */
  #resting = false;

  constructor({ flow }: AudienceDeps) {
    this.#flow = flow;
  }

  join(ticket: string): TerminalReader {
    const reader = new TerminalReader();
    this.#readers.set(ticket, reader);
    return reader;
  }

  leave(ticket: string): void {
    const reader = this.#readers.get(ticket);
    this.#readers.delete(ticket);
    if (reader) this.#flow.left(reader);
  }

  has(ticket: string): boolean {
    return this.#readers.has(ticket);
  }

  data(piece: Piece): void {
    if (this.#readers.size === 0) return;
    this.#untold += piece.text.length;
    for (const reader of this.#readers.values()) {
      if (this.#flow.skips(reader)) continue;
      reader.data(piece);
      this.#flow.given(reader);
    }
    if (!this.#resting) this.#tellAndRest();
  }

  /** After all data that came before. */
  tell(output: TerminalOutput): void {
    for (const reader of this.#readers.values()) reader.push(output);
  }

  acknowledge(ticket: string, chars: number): void {
    const reader = this.#readers.get(ticket);
    if (!reader) return;
    reader.drawn(chars);
    this.#flow.drawn(reader);
  }

  /** The program's exit; who skipped gets the last screen before it. */
  end(exitCode: number | null, last: TerminalOutput): void {
    for (const reader of this.#readers.values()) {
      if (this.#flow.skips(reader)) reader.push(last);
      reader.push({ type: "exit", exitCode });
      reader.end();
    }
  }

  /** No more comes, and nothing is said of that. */
  part(): void {
    for (const reader of this.#readers.values()) reader.end();
  }

  #tellAndRest(): void {
    this.#resting = this.#untold > 0;
    if (!this.#resting) return;
    const restMs = this.#untold < floodChars ? gatherMs.usual : gatherMs.flood;
    this.#untold = 0;
    for (const reader of this.#readers.values()) reader.wake();
    setTimeout(() => this.#tellAndRest(), restMs).unref();
  }
}
