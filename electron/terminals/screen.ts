import { createRequire } from "node:module";
import type { SerializeAddon as Serializer } from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import { hasHiddenCharacters, visibleParts } from "../../shared/visible-text.ts";

/**
 * What a terminal shows, kept without a window: screen, scrollback, modes and title. It answers nothing: what the
 * program asks a terminal is for the window to answer, and never comes out of a replay, which is made anew from cells.
 * Lives from opening until `dispose`.
 */
export type Screen = {
  /** `parsed` is called once the data has reached the screen. */
  write(data: string, parsed: () => void): void;
  resize(cols: number, rows: number): void;
  /** Calls with the screen exactly as after everything written so far. */
  snapshot(take: (replay: string) => void, options?: { modes: boolean }): void;
  dispose(): void;
};

// CommonJS whose names Node can't see, beside a module build that Node doesn't take.
const { SerializeAddon } = createRequire(import.meta.url)("@xterm/addon-serialize") as { SerializeAddon: new () => Serializer };

const scrollbackLines = 5000;
const maxTitleChars = 120;

export function createScreen(options: { cols: number; rows: number; onTitle: (title: string) => void }): Screen {
  const terminal = new headless.Terminal({
    cols: options.cols,
    rows: options.rows,
    scrollback: scrollbackLines,
    allowProposedApi: true,
  });
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  terminal.onTitleChange((title) => options.onTitle(plainTitle(title)));
  let disposed = false;
  return {
    write(data, parsed) {
      if (disposed) parsed();
      else terminal.write(data, parsed);
    },
    resize(cols, rows) {
      if (!disposed) terminal.resize(cols, rows);
    },
    snapshot(take, { modes } = { modes: true }) {
      if (disposed) take("");
      // An empty write is done in its turn, after all that came before and before what comes later.
      else terminal.write("", () => take(serializer.serialize({ excludeModes: !modes, excludeAltBuffer: !modes })));
    },
    dispose() {
      disposed = true;
      terminal.dispose();
    },
  };
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
