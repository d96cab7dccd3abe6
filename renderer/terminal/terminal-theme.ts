import type { ITheme } from "@xterm/xterm";
import "../output/ansi.css";
import type { TerminalColors } from "../../shared/terminal-colors.ts";

/** The names of the sixteen colours of programs, in the order of their numbers. */
const names = [
  ...["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"],
  ...["brightBlack", "brightRed", "brightGreen", "brightYellow", "brightBlue", "brightMagenta", "brightCyan", "brightWhite"],
] as (keyof ITheme)[];

/** The theme that is on the page now, in the notation that the terminal reads (`#rrggbb`, `#rrggbbaa`). */
export function terminalTheme(root: HTMLElement = document.documentElement): ITheme {
  const style = getComputedStyle(root);
  const token = (name: string, alpha = 1): string => toHex(style.getPropertyValue(`--hearth-${name}`).trim(), alpha);
  return {
    background: token("canvas"),
    foreground: token("text"),
    cursor: token("accent"),
    cursorAccent: token("canvas"),
    selectionBackground: token("accent", 0.26),
    selectionInactiveBackground: token("accent", 0.16),
    scrollbarSliderBackground: token("text", 0.16),
    scrollbarSliderHoverBackground: token("text", 0.26),
    scrollbarSliderActiveBackground: token("text", 0.34),
    ...Object.fromEntries(names.map((name, at) => [name, toHex(style.getPropertyValue(`--ansi-${at}`).trim())])),
  };
}

/** What a program is told when it asks for the colours on this page. */
export function terminalColors(root: HTMLElement = document.documentElement): TerminalColors {
  const { foreground = "", background = "", cursor = "", ...theme } = terminalTheme(root);
  const palette = names.map((name) => String(theme[name as keyof typeof theme] ?? foreground));
  return { foreground, background, cursor, palette };
}

/** Colours of found text, in the same notation. */
export function findColors(root: HTMLElement = document.documentElement) {
  const style = getComputedStyle(root);
  const accent = style.getPropertyValue("--hearth-accent").trim();
  const canvas = style.getPropertyValue("--hearth-canvas").trim();
  return {
    matchBackground: mix(accent, canvas, 0.25),
    activeMatchBackground: mix(accent, canvas, 0.6),
    matchOverviewRuler: toHex(accent),
    activeMatchColorOverviewRuler: toHex(accent),
  };
}

let context: CanvasRenderingContext2D | null = null;

function mix(color: string, under: string, share: number): string {
  return paint((canvas) => {
    fill(canvas, under, 1);
    fill(canvas, color, share);
  }).slice(0, 7);
}

function toHex(color: string, alpha = 1): string {
  const opaque = paint((canvas) => fill(canvas, color, 1)).slice(0, 7);
  return alpha === 1
    ? opaque
    : opaque +
        Math.round(alpha * 255)
          .toString(16)
          .padStart(2, "0");
}

function fill(canvas: CanvasRenderingContext2D, color: string, alpha: number): void {
  canvas.globalAlpha = alpha;
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
}

/** The browser knows every colour notation; one pixel of it is a plain number. */
function paint(draw: (canvas: CanvasRenderingContext2D) => void): string {
  context ??= onePixel();
  context.globalAlpha = 1;
  context.clearRect(0, 0, 1, 1);
  draw(context);
  return `#${[...context.getImageData(0, 0, 1, 1).data].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function onePixel(): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const made = canvas.getContext("2d", { willReadFrequently: true });
  if (!made) throw new Error("This browser can't draw");
  return made;
}
