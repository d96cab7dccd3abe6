import { describe, expect, it } from "vitest";
import { isPinned, type Place } from "./watch-reader.ts";

const end: Place = { top: 600, height: 1_000, view: 400 };
const at = (top: number, height = end.height): Place => ({ ...end, top, height });

describe("isPinned", () => {
  it("lets go of whoever goes up, be it by four pixels, and keeps them away while more is written", () => {
    expect(isPinned(true, end, at(596))).toBe(false);
    expect(isPinned(false, at(596), at(592))).toBe(false);
    expect(isPinned(false, at(592), at(592, 1_400))).toBe(false);
  });

  it("follows again once the reader comes back down to the end", () => {
    expect(isPinned(false, at(400), at(500))).toBe(false);
    expect(isPinned(false, at(500), at(570))).toBe(true);
    expect(isPinned(false, at(560), at(600))).toBe(true);
  });

  it("doesn't take a scroll to the end, which came before what the reader pressed, for their way back", () => {
    expect(isPinned(false, at(500), end, true)).toBe(false);
    expect(isPinned(false, at(500), end)).toBe(true);
  });

  it("takes rows that are measured as smaller for no reader", () => {
    expect(isPinned(true, end, at(560, 960))).toBe(true);
    expect(isPinned(true, end, at(550, 960))).toBe(true);
    expect(isPinned(false, at(500), at(460, 960))).toBe(false);
  });

  it("takes a view that becomes higher for no reader: the browser keeps it within what there is", () => {
    expect(isPinned(true, end, { top: 500, height: 1_000, view: 500 })).toBe(true);
    expect(isPinned(true, end, { top: 450, height: 1_000, view: 500 })).toBe(false);
    expect(isPinned(true, end, { top: 600, height: 1_000, view: 300 })).toBe(true);
    // More came before the scroll was told.
    expect(isPinned(true, end, { top: 500, height: 1_200, view: 500 })).toBe(true);
  });
});
