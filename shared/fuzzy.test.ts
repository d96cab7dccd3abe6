import { describe, expect, it } from "vitest";
import { matchScore, pathScore, ranked } from "./fuzzy.ts";

describe("matchScore", () => {
  it("finds letters in order only", () => {
    expect(matchScore("nc", "New chat")).not.toBeNull();
    expect(matchScore("cn", "New chat")).toBeNull();
    expect(matchScore("", "anything")).toBe(0);
  });

  it("puts whole words and starts of words first", () => {
    const items = ["Branch", "Next chat", "Launch", "New chat"];
    expect(ranked(items, "nc", (item) => item).slice(0, 2)).toEqual(["New chat", "Next chat"]);
    expect(ranked(["Reopen", "Open folder"], "open", (item) => item)).toEqual(["Open folder", "Reopen"]);
  });
});

describe("pathScore", () => {
  const best = (query: string, ...paths: string[]) =>
    paths.toSorted((a, b) => (pathScore(query, b) ?? -1) - (pathScore(query, a) ?? -1))[0];

  it("prefers the file's name, starts of words in it, and short paths", () => {
    expect(best("cart", "cart/old/readme.md", "src/cart.ts")).toBe("src/cart.ts");
    expect(best("uc", "src/duck.ts", "src/UserCard.tsx")).toBe("src/UserCard.tsx");
    expect(best("main", "a/b/c/main.ts", "main.ts")).toBe("main.ts");
  });

  it("takes a path as it is typed on Windows, and letters of folders", () => {
    expect(pathScore("src\\ca", "src/cart.ts")).not.toBeNull();
    expect(pathScore("sct", "src/cart.ts")).not.toBeNull();
    expect(pathScore("tcs", "src/cart.ts")).toBeNull();
  });
});
