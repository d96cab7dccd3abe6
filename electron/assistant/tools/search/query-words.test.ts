import { expect, it } from "vitest";
import { queryWords } from "./query-words.ts";

it.each([
  ["Where is maxTokens computed?", ["maxTokens", "comput", "max", "token"]],
  ["how does the retry back-off work", ["back-off", "retr", "work", "back", "off"]],
  ["retries", ["retr"]],
  ["fix src/cart.ts and HTTP errors", ["cart.ts", "HTTP", "fix", "src", "error", "cart"]],
  ["the of and", []],
  ["a.b", ["a.b"]],
  ["größe der Datei", ["größ", "der", "datei"]],
])("searches for %s by what tells most", (query, words) => {
  expect(queryWords(query)).toEqual(words);
});

it("searches for few words, each once", () => {
  expect(queryWords("one two three four five six seven eight nine ten One Two")).toHaveLength(8);
});
