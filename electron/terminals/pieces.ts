/**
 * A piece of a program's output. `plain`: nothing but text, line ends, colours and changes of the line it is in, on a
 * terminal whose lines all scroll, so that it does nothing but push what is above it up. `closed`: the cursor stands at a line's beginning after it.
 */
export type Piece = { text: string; plain: boolean; closed: boolean; lines: number };

/**
 * A C0 or C1 character that does more than end a line or step in it, or a sequence that does more than colour or change
 * the line that it stands in: SGR, erase (K, X), insert and delete (@, P), go to a column (C, G).
 */
const odd = new RegExp(String.raw`[\0-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]|\x1b(?!\[[\d;:]*[mKXP@CG])`);
/** What may become one of these. */
const begun = new RegExp(String.raw`^\x1b(?:\[[\d;:]{0,60})?$`);
/** From its last escape on: output that leaves the terminal's parser where the next character is text. */
const ended = new RegExp(
  String.raw`^\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]|\][^\x07\x9c]*[\x07\x9c]|[\x20-\x2f]*[\x30-\x4f\x51-\x57\x59\x5a\x5c\x60-\x7e])`,
);
/** What may leave lines that don't scroll: margins, resets, another screen, and what is written so that this can't tell. */
const setting = new RegExp(
  String.raw`\x1b\[(\d*);?(\d*)r|\x1bc|\x1b\[!p|\x1b\[\?([\d;]*)([hl])|[\x80-\x9f]|\x1b\[[\x20-\x3f]*[\0-\x1f]`,
  "g",
);
/** An open sequence longer than this is no longer followed to its end. */
const maxOpen = 8_192;

/**
 * Cuts a terminal's output into pieces and says which of them are plain, in the order of the stream. It errs on the side
 * of "not plain". Follows one stream from its first character on.
 */
export class PieceCutter {
  #rows: number;
  /** A sequence that may be plain, of which the end hasn't come. */
  #held = "";
  /** A sequence that was begun and hasn't ended; null where that isn't known. */
  #open: string | null = "";
  #margins = { usual: false, other: false };
  #onOther = false;

  constructor(rows: number) {
    this.#rows = rows;
  }

  /** From here on the terminal has so many rows, which sets the margins back. */
  resized(rows: number): void {
    this.#rows = rows;
    this.#margins = { usual: false, other: false };
  }

  cut(data: string): Piece[] {
    const text = this.#held + data;
    this.#held = "";
    const at = this.#scrolls() ? text.search(odd) : 0;
    if (at === -1) return plainPieces(text);
    const rest = text.slice(at);
    if (this.#scrolls() && begun.test(rest)) {
      this.#held = rest;
      return plainPieces(text.slice(0, at));
    }
    this.#follow(rest);
    return [...plainPieces(text.slice(0, at)), { text: rest, plain: false, closed: false, lines: 0 }];
  }

  /** What was held back for its end. */
  rest(): Piece[] {
    const text = this.#held;
    this.#held = "";
    return text === "" ? [] : [{ text, plain: false, closed: false, lines: 0 }];
  }

  #scrolls(): boolean {
    return this.#open === "" && !(this.#onOther ? this.#margins.other : this.#margins.usual);
  }

  #follow(odd: string): void {
    const text = (this.#open ?? "") + odd;
    for (const found of text.matchAll(setting)) this.#set(found);
    const last = text.lastIndexOf("\u001b");
    if (last === -1) return this.#keepOpen(this.#open === null ? null : text);
    this.#keepOpen(ended.test(text.slice(last)) ? "" : text.slice(last));
  }

  /** Text without an escape can end what is open only by a bell, which the pattern of `ended` looks for. */
  #keepOpen(open: string | null): void {
    const isOpen = open?.startsWith("\u001b") === true;
    this.#open = open === null || open.length > maxOpen ? null : isOpen ? open : "";
  }

  #set([sequence, top = "", bottom = "", modes, set]: RegExpExecArray): void {
    if (modes !== undefined) {
      if (!/(?:^|;)(?:47|1047|1049)(?:;|$)/.test(modes)) return;
      this.#onOther = set === "h";
      if (!this.#onOther) this.#margins.other = false;
      return;
    }
    if (sequence === "\u001bc") {
      this.resized(this.#rows);
      this.#onOther = false;
      return;
    }
    const isReset = sequence === "\u001b[!p" || sequence.endsWith("r");
    const isWhole = isReset && Number(top) <= 1 && (Number(bottom) === 0 || Number(bottom) >= this.#rows);
    this.#margins[this.#onOther ? "other" : "usual"] = !isWhole;
  }
}

/** Up to the last line's end, and what is after it. */
function plainPieces(text: string): Piece[] {
  const end = text.lastIndexOf("\r\n");
  const cut = end === -1 ? 0 : end + 2;
  return [piece(text.slice(0, cut), true), piece(text.slice(cut), false)].filter((part) => part.text !== "");
}

function piece(text: string, closed: boolean): Piece {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return { text, plain: true, closed, lines };
}
