import { expect, it } from "vitest";
import { quoteWords } from "./shell-words.ts";

it("quotes words so that each can be told from the next", () => {
  expect(quoteWords(["npm", "run", "a:b", "--x=1"])).toBe("npm run a:b --x=1");
  expect(quoteWords(["rm", "", "a b", "it's", "$HOME;ls"])).toBe(String.raw`rm '' 'a b' 'it'\''s' '$HOME;ls'`);
});
