import { describe, expect, it } from "vitest";
import { FoldedNames, type Disk } from "./folded-names.ts";

const composed = "caf\u00e9";
const apart = "cafe\u0301";

/** A disk that keeps names as they were given, and finds them by what `fold` makes of them. */
function disk(names: string[], fold: (name: string) => string): Disk {
  return {
    namesIn: (folder) => (folder === "/root" || folder === "/root/" ? names : []),
    isThere: (at) => names.some((name) => fold(`/root/${name}`) === fold(at)),
  };
}

describe("a disk that takes two forms of a letter for the same", () => {
  const forms = (names: string[]): FoldedNames =>
    new FoldedNames(
      "/root",
      disk(names, (name) => name.normalize("NFD")),
    );

  it("is told by a name in its folder", () => {
    expect(forms([composed]).folds).toBe(true);
    expect(forms([apart]).folds).toBe(true);
    expect(forms(["plain"]).folds).toBe(false);
  });

  it("finds a file under a name that isn't its own", () => {
    const names = forms([composed]);
    expect([names.isTaken(apart), names.isExact(apart), names.isExact(composed)]).toEqual([true, false, true]);
    expect(names.isSame(composed, apart)).toBe(true);
    expect(names.isSame(composed, "cafe")).toBe(false);
  });
});

describe("a disk that folds nothing", () => {
  const plain = (names: string[]): FoldedNames =>
    new FoldedNames(
      "/root",
      disk(names, (name) => name),
    );

  it("has both forms as two files", () => {
    const names = plain([composed, apart, "a", "A"]);
    expect(names.folds).toBe(false);
    expect([composed, apart, "a", "A"].every((name) => names.isExact(name))).toBe(true);
    expect([names.isSame(composed, apart), names.isSame("a", "A")]).toEqual([false, false]);
  });

  it("has one without the other", () => {
    const names = plain([composed]);
    expect([names.isTaken(apart), names.isExact(composed), names.isSame(composed, apart)]).toEqual([false, true, false]);
  });
});

it("a disk that folds letter case is told by a name, too", () => {
  const names = new FoldedNames(
    "/root",
    disk(["README"], (name) => name.toLowerCase()),
  );
  expect([names.folds, names.isExact("readme"), names.isSame("README", "readme")]).toEqual([true, false, true]);
});
