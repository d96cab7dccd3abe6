import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(path.resolve(import.meta.dirname, "../../renderer/styles.css"), "utf8");

/** The OKLCH tokens of the rule with exactly this selector. */
function tokensOf(selector: string): Record<string, [number, number, number]> {
  const start = css.indexOf(`\n${selector} {`);
  const body = css.slice(start, css.indexOf("}", start));
  const found = body.matchAll(/--hearth-([a-z-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g);
  return Object.fromEntries([...found].map(([, name, l, c, h]) => [name, [Number(l), Number(c), Number(h)]]));
}

/** Relative luminance as WCAG 2 defines it; OKLab to linear sRGB by Björn Ottosson's matrices. */
function luminance(colour: [number, number, number]): number {
  return luminanceOf(rgbOf(colour));
}

function luminanceOf([r = 0, g = 0, b = 0]: number[]): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** As it is mixed: browsers lay a half-transparent colour over another in sRGB. */
const srgb = (colour: [number, number, number]): number[] =>
  rgbOf(colour).map((v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
const linear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

function rgbOf([l, c, h]: [number, number, number]): [number, number, number] {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const [x, y, z] = [
    l + 0.3963377774 * a + 0.2158037573 * b,
    l - 0.1055613458 * a - 0.0638541728 * b,
    l - 0.0894841775 * a - 1.291485548 * b,
  ].map((v) => v ** 3) as [number, number, number];
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ].map((v) => Math.min(1, Math.max(0, v))) as [number, number, number];
}

function contrast(one: [number, number, number], other: [number, number, number]): number {
  const [low, high] = [luminance(one), luminance(other)].toSorted((p, q) => p - q) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
])("colours of the %s theme", (_name, selector) => {
  const tokens = tokensOf(selector);
  const token = (name: string): [number, number, number] => {
    const value = tokens[name];
    if (!value) throw new Error(`No token ${name} in ${selector}`);
    return value;
  };

  it.each(["canvas", "panel", "raised"])("can be read on %s", (surface) => {
    expect(contrast(token("text"), token(surface))).toBeGreaterThanOrEqual(7);
    for (const name of ["muted", "faint", "accent", "added", "removed", "changed"]) {
      expect(contrast(token(name), token(surface)), `${name} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(["canvas", "panel", "raised"])("can be read on what is selected on %s", (surface) => {
    const share = Number(/--color-selected: color-mix\(in oklch, var\(--hearth-text\) ([\d.]+)%/.exec(css)?.[1]) / 100;
    const [text, below] = [srgb(token("text")), srgb(token(surface))];
    const selected = luminanceOf(below.map((value, at) => linear((text[at] ?? 0) * share + value * (1 - share))));
    for (const name of ["muted", "faint", "accent", "added", "removed", "changed"]) {
      const [low, high] = [luminance(token(name)), selected].toSorted((p, q) => p - q) as [number, number];
      expect((high + 0.05) / (low + 0.05), `${name} where selected on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("can be read on the accent", () => {
    expect(contrast(token("on-accent"), token("accent"))).toBeGreaterThanOrEqual(4.5);
  });
});
