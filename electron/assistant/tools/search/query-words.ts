/** Words that are in every text, or in every question about code. */
const common = new Set(
  (
    "a an and are as at be by can do does for from how in into is it its not of on or that the their there this to used uses using was we " +
    "what when where which who why will with you code file files find function implement implemented implementation please show"
  ).split(" "),
);

const maxWords = 8;

/**
 * What is searched for to answer a query, the most telling first: names as they are written, then its other words.
 * Endings of English are left off, so that `retries` finds `retry`.
 */
export function queryWords(query: string): string[] {
  const all: string[] = query.match(/[\p{L}\p{N}_$]+(?:[.-][\p{L}\p{N}_$]+)*/gu) ?? [];
  const written = all.filter((word) => !common.has(word.toLowerCase()));
  const names = written.filter(isName);
  const plain = written.filter((word) => !isName(word)).map((word) => stem(word.toLowerCase()));
  const parts = names.flatMap(partsOf);
  const wanted = [...names, ...plain, ...parts].filter((word) => word.length > 1);
  const seen = new Set<string>();
  const once = wanted.filter((word) => !seen.has(word.toLowerCase()) && seen.add(word.toLowerCase()));
  return once.slice(0, maxWords);
}

/** `maxTokens`, `max_tokens`, `a.ts`, `HTTP2`: what a person writes so only where it stands so. */
function isName(word: string): boolean {
  return /[\p{Ll}\p{N}]\p{Lu}|[_$.-]|\p{L}\p{N}|^\p{Lu}{2,}$/u.test(word);
}

function partsOf(name: string): string[] {
  return name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part.length > 2)
    .map((part) => stem(part.toLowerCase()));
}

function stem(word: string): string {
  if (word.length < 5) return word;
  return word
    .replace(/(?:ies|ied|y)$/, "")
    .replace(/(?:ings?|ed|es|s)$/, "")
    .replace(/e$/, "");
}
