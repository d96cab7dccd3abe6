import type { ITheme } from "@xterm/xterm";
import type { TerminalColors } from "../../shared/terminal-colors.ts";

/**
 * The sixteen colours of programs, chosen for contrast on either canvas; the rest comes from the page's tokens.
 * In OKLCH (lightness, chroma, hue); black, white and their bright ones are greys of the theme's own warmth.
 */
const light = {
  black: "0.28 0.01 70",
  red: "0.53 0.18 25",
  green: "0.49 0.13 150",
  yellow: "0.51 0.11 80",
  blue: "0.5 0.15 255",
  magenta: "0.51 0.17 325",
  cyan: "0.5 0.09 210",
  white: "0.55 0.01 70",
  brightBlack: "0.48 0.01 70",
  brightRed: "0.58 0.2 25",
  brightGreen: "0.54 0.15 150",
  brightYellow: "0.56 0.12 80",
  brightBlue: "0.55 0.18 255",
  brightMagenta: "0.56 0.2 325",
  brightCyan: "0.55 0.1 210",
  brightWhite: "0.38 0.01 70",
};
const dark = {
  black: "0.3 0.007 70",
  red: "0.7 0.16 25",
  green: "0.74 0.13 150",
  yellow: "0.79 0.12 85",
  blue: "0.71 0.12 255",
  magenta: "0.73 0.14 325",
  cyan: "0.77 0.09 205",
  white: "0.87 0.006 80",
  brightBlack: "0.58 0.008 80",
  brightRed: "0.77 0.15 25",
  brightGreen: "0.82 0.15 150",
  brightYellow: "0.87 0.13 90",
  brightBlue: "0.79 0.11 255",
  brightMagenta: "0.81 0.13 325",
  brightCyan: "0.86 0.09 205",
  brightWhite: "0.97 0.004 80",
};

/** The theme that is on the page now, in the notation that the terminal reads (`#rrggbb`, `#rrggbbaa`). */
export function terminalTheme(root: HTMLElement = document.documentElement): ITheme {
  const style = getComputedStyle(root);
  const token = (name: string, alpha = 1): string => toHex(style.getPropertyValue(`--hearth-${name}`).trim(), alpha);
  const colors = root.dataset.theme === "dark" ? dark : light;
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
    ...Object.fromEntries(Object.entries(colors).map(([name, value]) => [name, toHex(`oklch(${value})`)])),
  };
}

/** What a program is told when it asks for the colours on this page. */
export function terminalColors(root: HTMLElement = document.documentElement): TerminalColors {
  const { foreground = "", background = "", cursor = "", ...theme } = terminalTheme(root);
  const palette = Object.keys(light).map((name) => theme[name as keyof typeof light] ?? foreground);
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
