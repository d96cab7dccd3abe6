import type { TerminalColors } from "../../shared/terminal-colors.ts";

/** Told as long as no window has said its colours: light on dark, as most programs take for granted. */
export const unseenColors: TerminalColors = {
  foreground: "#d8d4ce",
  background: "#161412",
  cursor: "#e0884a",
  palette: [
    ...["#2a2826", "#e06c5f", "#7fb069", "#d9b35b", "#6ea3d8", "#c586c0", "#5fb8c2", "#d0cbc4"],
    ...["#7d7870", "#f08a7d", "#98cc80", "#ecca74", "#8bbcf0", "#dba0d6", "#7ad2dc", "#f6f3ee"],
  ],
};

const dynamic = ["foreground", "background", "cursor"] as const;

/**
 * What a program that asks for colours is answered (xterm's control sequences, OSC 4 and 10 to 12); "" where it asks
 * for none. `data` is what follows the number: `?`, or for OSC 4 pairs of a number and `?`. What it sets is the window's.
 */
export function colorAnswer(osc: number, data: string, colors: TerminalColors): string {
  const parts = data.split(";");
  if (osc === 4) return paletteAnswer(parts, colors);
  return parts
    .map((part, at) => {
      const name = dynamic[osc - 10 + at];
      return part === "?" && name ? report(`${osc + at}`, colors[name]) : "";
    })
    .join("");
}

function paletteAnswer(parts: readonly string[], colors: TerminalColors): string {
  let answers = "";
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const number = parts[at] ?? "";
    const color = /^\d{1,3}$/.test(number) ? indexed(Number(number), colors) : null;
    if (parts[at + 1] === "?" && color !== null) answers += report(`4;${Number(number)}`, color);
  }
  return answers;
}

/** Of the 256: sixteen of the theme, a cube of six steps a side, and 24 greys. */
function indexed(number: number, { palette }: TerminalColors): string | null {
  if (number < 16) return palette[number] ?? null;
  if (number > 255) return null;
  if (number >= 232) return hex(Array<number>(3).fill(8 + (number - 232) * 10));
  const step = (side: number): number => (side === 0 ? 0 : 55 + side * 40);
  const at = number - 16;
  return hex([Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(step));
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function report(what: string, color: string): string {
  const parts = [1, 3, 5].map((at) => color.slice(at, at + 2).repeat(2));
  return `\u001b]${what};rgb:${parts.join("/")}\u001b\\`;
}
