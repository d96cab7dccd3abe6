import { expect, it } from "vitest";
import { Tail } from "./tail.ts";

it("keeps the end of a flood, cut between characters, and says that it was cut", () => {
  const tail = new Tail(10);
  for (let n = 0; n < 5000; n += 1) tail.push("äö");
  expect(tail.read()).toEqual({ text: "öäöäö", truncated: true });
  tail.push("x");
  expect(tail.read()).toEqual({ text: "äöäöx", truncated: true });
});

it("gives whole lines that say something", () => {
  const tail = new Tail(15);
  tail.push("one\n\ntwo\r\nth");
  tail.push("ree\nfour");
  expect(tail.lines(9)).toEqual(["three", "four"]);
  expect(tail.lines(1)).toEqual(["four"]);
});
