/**
 * How many cells a character takes in a terminal: one model for the core's screen and every window, so that a replay
 * wraps where the program's output did. xterm's graphemes know Unicode up to 13; this adds the wide ones up to 17.
 */

/** As xterm has it. */
type WidthProvider = {
  readonly version: string;
  wcwidth(codepoint: number): 0 | 1 | 2;
  charProperties(codepoint: number, preceding: number): number;
};
type Unicode = { register(provider: WidthProvider): void; activeVersion: string; versions: readonly string[] };
type Graphemes = { activate(terminal: never): void };

/** Emoji_Presentation of Unicode 17 that the graphemes' table takes for narrow: first and last of each range. */
const newerWide = [
  ..."1f6d8-1f6d8 1f6dc-1f6df 1f7f0-1f7f0 1f979-1f979 1f9cc-1f9cc 1fa75-1fa77 1fa7b-1fa7c 1fa87-1fa8a 1fa8e-1fa8f".split(" "),
  ..."1faa9-1faaf 1fab7-1fabf 1fac3-1fac6 1fac8-1fac8 1facd-1facf 1fad7-1fadc 1fadf-1faea 1faef-1faf8".split(" "),
].map((range) => range.split("-").map((end) => Number.parseInt(end, 16)) as [number, number]);

const widthShift = 1;
const widthBits = 0b11 << widthShift;
const joinBit = 1;

/** Makes the terminal measure as every other one of ours. `graphemes` is a fresh graphemes add-on, used for its tables. */
export function measureAlike(unicode: Unicode, graphemes: Graphemes): void {
  const tables: WidthProvider[] = [];
  const collector: Unicode = { register: (table) => void tables.push(table), activeVersion: "", versions: [] };
  graphemes.activate({ unicode: collector } as never);
  const table = tables.at(-1);
  if (!table) throw new Error("The graphemes add-on has no tables");
  unicode.register(withNewer(table));
  unicode.activeVersion = version;
}

const version = "17-graphemes";

function withNewer(table: WidthProvider): WidthProvider {
  return {
    version,
    wcwidth: (codepoint) => (isNewerWide(codepoint) ? 2 : table.wcwidth(codepoint)),
    charProperties(codepoint, preceding) {
      const properties = table.charProperties(codepoint, preceding);
      const widen = codepoint >= 0x1f6d8 && (properties & joinBit) === 0 && isNewerWide(codepoint);
      return widen ? (properties & ~widthBits) | (2 << widthShift) : properties;
    },
  };
}

function isNewerWide(codepoint: number): boolean {
  return newerWide.some(([first, last]) => codepoint >= first && codepoint <= last);
}
