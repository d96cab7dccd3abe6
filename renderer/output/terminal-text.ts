import { plainLook, withSgr, type Look } from "./terminal-look.ts";

export type OutputRun = { text: string; look: Look };
/** What stands in a line, from the left. */
export type OutputLine = OutputRun[];

type Cell = { char: string; look: Look };

const farthestColumn = 4_000;
const esc = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);
const stringEnd = `(?:${bell}|${esc}\\\\)`;
/** Sequences that move or draw (CSI), those with a text up to its end (OSC and the like), the other escapes; each apart. */
const sequence = new RegExp(
  `${esc}\\[(?<numbers>[0-9;:]*)[ -?]*(?<order>[@-~])|${esc}\\](?<osc>[^${bell}${esc}]*)${stringEnd}|` +
    `${esc}[P^_X][^${esc}]*${stringEnd}|${esc}[ -/]*[0-~]`,
  "y",
);

/**
 * A program's output as a terminal would leave it: what was written over is gone, colours and links are looks. Linear in
 * its length. Any other control is left in the text, to be drawn as a mark.
 */
export function terminalLines(text: string): OutputLine[] {
  const screen = new Screen();
  let at = 0;
  while (at < text.length) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    sequence.lastIndex = at;
    const found = char === esc ? sequence.exec(text)?.groups : undefined;
    if (found) {
      screen.order(found);
      at = sequence.lastIndex;
    } else {
      screen.write(char);
      at += char.length;
    }
  }
  return screen.lines();
}

class Screen {
  readonly #rows: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  #look: Look = plainLook;
  #isCleared = false;

  write(char: string): void {
    if (char === "\n") {
      this.#moveTo(this.#row + 1, 0);
    } else if (char === "\r") this.#column = 0;
    else if (char === "\b") this.#column = Math.max(0, this.#column - 1);
    else if (char !== bell) {
      const row = this.#cells();
      while (row.length < this.#column) row.push({ char: " ", look: plainLook });
      row[this.#column] = { char, look: this.#look };
      this.#column += 1;
    }
  }

  order({ numbers = "", order, osc }: Record<string, string | undefined>): void {
    if (osc !== undefined) return this.#link(osc);
    const list = numbers.split(/[;:]/).map(Number);
    const first = list[0] ?? 0;
    const count = Math.max(1, first);
    const [row, column] = [this.#row, this.#column];
    if (order === "m") this.#look = withSgr(this.#look, list);
    else if (order === "K") this.#eraseInLine(first);
    else if (order === "J") this.#eraseBelow(first);
    else if (order === "A") this.#moveTo(row - count, column);
    else if (order === "B") this.#moveTo(row + count, column);
    else if (order === "C") this.#moveTo(row, column + count);
    else if (order === "D") this.#moveTo(row, column - count);
    else if (order === "E") this.#moveTo(row + count, 0);
    else if (order === "F") this.#moveTo(row - count, 0);
    else if (order === "G") this.#moveTo(row, count - 1);
    // Where a screen begins is known only once it was cleared.
    else if (order === "H" && this.#isCleared) this.#moveTo(count - 1, Math.max(1, list[1] ?? 1) - 1);
  }

  lines(): OutputLine[] {
    return this.#rows.map(runsOf);
  }

  /** Down no further than by one row behind the last: a number in the output makes no rows. */
  #moveTo(row: number, column: number): void {
    this.#row = Math.max(0, Math.min(this.#rows.length, row));
    this.#column = Math.max(0, Math.min(farthestColumn, column));
    this.#cells();
  }

  #cells(): Cell[] {
    return (this.#rows[this.#row] ??= []);
  }

  #eraseInLine(what: number): void {
    const cells = this.#cells();
    if (what === 0) cells.length = Math.min(cells.length, this.#column);
    else {
      const end = what === 1 ? Math.min(cells.length, this.#column + 1) : cells.length;
      cells.fill({ char: " ", look: plainLook }, 0, end);
    }
  }

  #eraseBelow(what: number): void {
    if (what >= 2) {
      this.#rows.length = 0;
      this.#row = 0;
      this.#isCleared = true;
    } else if (what === 0) {
      this.#eraseInLine(0);
      this.#rows.length = this.#row + 1;
    }
    this.#cells();
  }

  /** `8;parameters;address` begins a link, without an address it ends. */
  #link(osc: string): void {
    const address = /^8;[^;]*;(.*)$/s.exec(osc)?.[1];
    if (address !== undefined) this.#look = { ...this.#look, link: address === "" ? null : address };
  }
}

function runsOf(cells: readonly Cell[]): OutputLine {
  const runs: OutputLine = [];
  let end = cells.length;
  while (end > 0 && cells[end - 1]?.char === " " && cells[end - 1]?.look === plainLook) end -= 1;
  for (const { char, look } of cells.slice(0, end)) {
    const last = runs.at(-1);
    if (last && last.look === look) last.text += char;
    else runs.push({ text: char, look });
  }
  return runs;
}
