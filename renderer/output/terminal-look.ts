/** How a character of a program's output looks. Colours are the sixteen of terminals, by number; null: the text's own. */
export type Look = {
  color: number | null;
  background: number | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
  inverse: boolean;
  /** Where a link (OSC 8) leads. */
  link: string | null;
};

export const plainLook: Look = {
  color: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
  link: null,
};

const plainButLink = (look: Look): Look => ({ ...plainLook, link: look.link });

const changes: Record<number, Partial<Look>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { color: null },
  49: { background: null },
};

/** The look after a sequence that chooses one (SGR, ECMA-48 8.3.117), given its numbers. */
export function withSgr(look: Look, numbers: readonly number[]): Look {
  let next = look;
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0;
    const ground = code === 48 ? "background" : "color";
    if (code === 0) next = plainButLink(next);
    else if (code === 38 || code === 48) {
      const isIndexed = numbers[at + 1] === 5;
      next = { ...next, [ground]: isIndexed ? ofTable(numbers[at + 2] ?? 0) : nearest(numbers.slice(at + 2, at + 5)) };
      at += isIndexed ? 2 : 4;
    } else next = { ...next, ...(changes[code] ?? ofSixteen(code)) };
  }
  return next;
}

function ofSixteen(code: number): Partial<Look> {
  const [tens, index] = [Math.floor(code / 10), code % 10];
  if (index > 7) return {};
  if (tens === 3 || tens === 9) return { color: index + (tens === 9 ? 8 : 0) };
  if (tens === 4 || tens === 10) return { background: index + (tens === 10 ? 8 : 0) };
  return {};
}

/** One of the 256: the sixteen, a cube of 6 × 6 × 6, greys. */
function ofTable(index: number): number | null {
  if (index < 16) return index;
  if (index >= 232) return nearest(Array.from({ length: 3 }, () => (index - 232) * 10 + 8));
  const cube = index - 16;
  return nearest([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => (step === 0 ? 0 : step * 40 + 55)));
}

/** The one of the sixteen with that hue: these can be read in both themes, which a colour made for one of them can't. */
function nearest([red = 0, green = 0, blue = 0]: readonly number[]): number | null {
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  if (most - least < 40) return most < 170 ? 8 : null;
  const middle = (most + least) / 2;
  const bits = (red > middle ? 1 : 0) + (green > middle ? 2 : 0) + (blue > middle ? 4 : 0);
  return bits + (least > 60 ? 8 : 0);
}
