/**
 * Characters that do something to a reader without being seen: controls, bidirectional overrides and isolates
 * (CVE-2021-42574), zero-width and filler characters, the tag block, lone surrogates. Tab, line feed and the
 * selectors that choose an emoji's look are ordinary text.
 */
const hidden = /[[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]--[\t\n\ufe00-\ufe0f]]/gv;

export type TextPart = { kind: "text"; text: string } | { kind: "mark"; mark: string; code: number };

/**
 * Splits text into what can be shown as it is and what must be shown as a mark. Never fails; joining the texts and
 * marks in order shows everything that is there. A zero-width joiner inside an emoji sequence is left alone.
 */
export function visibleParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (isEmojiJoiner(text, match.index)) continue;
    if (match.index > from) parts.push({ kind: "text", text: text.slice(from, match.index) });
    const code = match[0].codePointAt(0) ?? 0;
    parts.push({ kind: "mark", mark: markOf(code), code });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: "text", text: text.slice(from) });
  return parts;
}

/** The same as one string, for titles, attributes and terminals. */
export function visibleText(text: string): string {
  return visibleParts(text)
    .map((part) => (part.kind === "text" ? part.text : part.mark))
    .join("");
}

/** Whether something in the text would not be seen. */
export function hasHiddenCharacters(text: string): boolean {
  return visibleParts(text).some((part) => part.kind === "mark");
}

/** C0 as its picture (␛), everything else as its code point in brackets (⟨U+202E⟩). */
function markOf(code: number): string {
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

function isEmojiJoiner(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 0x200d) return false;
  return (
    /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u.test(text.slice(Math.max(0, at - 2), at)) &&
    /^\p{Extended_Pictographic}/u.test(text.slice(at + 1, at + 3))
  );
}
