/** A run of characters of one look. Colours in CSS; `style`: bits 1 italic, 2 bold, 4 underline. */
export type CodeToken = { text: string; light: string; dark: string; style: number };

export type HighlightRequest = { id: number; code: string; lang: string };
/** `lines`: null when the language isn't known. */
export type HighlightAnswer = { id: number; lines: CodeToken[][] | null };
