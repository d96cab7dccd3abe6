import { createRequire } from "node:module";
import type { SerializeAddon as Serializer } from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import { hasHiddenCharacters, visibleParts } from "../../shared/visible-text.ts";

// CommonJS whose names Node can't see, beside a module build that Node doesn't take.
const { SerializeAddon } = createRequire(import.meta.url)("@xterm/addon-serialize") as { SerializeAddon: new () => Serializer };

const scrollbackLines = 5000;
const maxTitleChars = 120;

/**
 * What a terminal shows, kept without a window: screen, scrollback, modes and title. It answers nothing: what the
 * program asks a terminal is for the window to answer, and never comes out of a replay, which is made anew from cells.
 * Lives from opening until `dispose`.
 */
export class Screen {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #serializer = new SerializeAddon();
  #disposed = false;

  constructor({ cols, rows, onTitle }: { cols: number; rows: number; onTitle: (title: string) => void }) {
    this.#terminal = new headless.Terminal({ cols, rows, scrollback: scrollbackLines, allowProposedApi: true });
    this.#terminal.loadAddon(this.#serializer);
    this.#terminal.onTitleChange((title) => onTitle(plainTitle(title)));
  }

  /** `parsed` is called once the data has reached the screen. */
  write(data: string, parsed: () => void): void {
    if (this.#disposed) parsed();
    else this.#terminal.write(data, parsed);
  }

  resize(cols: number, rows: number): void {
    if (!this.#disposed) this.#terminal.resize(cols, rows);
  }

  /** Calls with the screen exactly as after everything written so far. */
  snapshot(take: (replay: string) => void, { modes }: { modes: boolean } = { modes: true }): void {
    if (this.#disposed) return take("");
    // An empty write is done in its turn, after all that came before and before what comes later.
    this.#terminal.write("", () => take(this.#serializer.serialize({ excludeModes: !modes, excludeAltBuffer: !modes })));
  }

  dispose(): void {
    this.#disposed = true;
    this.#terminal.dispose();
  }
}

/** A program chooses its title: one short line without anything that can't be seen. */
export function plainTitle(title: string): string {
  const text = hasHiddenCharacters(title)
    ? visibleParts(title)
        .map((part) => (part.kind === "text" ? part.text : ""))
        .join("")
    : title;
  return Array.from(text.replaceAll(/\s+/g, " ").trim()).slice(0, maxTitleChars).join("");
}
