import { expect, it } from "vitest";
import { replaceText } from "./replace-text.ts";

/** The same numbers in every run. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}

const words = ["alpha", "beta", "gamma", "delta", "if (x)", "return", "{", "}", "“q”", "a – b", "", "\t", "  ", "//", "é", "🙂"];
const ends = ["\n", "\r\n", "\n", "\r\n", "\r\r\n"];

it("leaves every byte before and after a changed line as it was, whatever the text and however it was quoted", () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const below = numbers(seed);
    const pick = (list: readonly string[]): string => list[below(list.length)] ?? "";
    const lines = Array.from(
      { length: 6 + below(30) },
      (_, at) => `${" ".repeat(below(3) * 2)}${pick(words)} ${pick(words)} line${at} ${pick(words)}`,
    );
    const text = `${below(2) === 0 ? "\ufeff" : ""}${lines.map((line) => line + pick(ends)).join("")}`;
    const at = 1 + below(lines.length - 2);
    const quoted = lines.slice(at - 1, at + 2).map((line) => (below(2) === 0 ? line.trim() : `${line}  `));
    const changed = quoted.map((line) => line.replace(`line${at} `, "other "));
    const result = replaceText(text, { oldText: quoted.join("\n"), newText: changed.join("\n") });
    if (!result.ok) continue;
    const place = text.indexOf(`line${at} `);
    const [from, to] = [text.lastIndexOf("\n", place) + 1, text.indexOf("\n", place)];
    expect(result.value.text.startsWith(text.slice(0, from)), `seed ${seed}: before`).toBe(true);
    expect(result.value.text.endsWith(text.slice(to)), `seed ${seed}: after`).toBe(true);
    expect(result.value.text.slice(from, result.value.text.length - (text.length - to))).toContain("other");
  }
});

it("keeps what a changed line has at its end, which the model didn't know of", () => {
  const text = Array.from({ length: 50 }, (_, at) => `  call${at}(a, b); \r\n`).join("");
  for (let at = 0; at < 50; at += 1) {
    const result = replaceText(text, { oldText: `call${at}(a,  b);`, newText: `call${at}(b, a);` });
    expect(result.ok && result.value.text).toBe(text.replace(`call${at}(a, b)`, `call${at}(b, a)`));
  }
});
