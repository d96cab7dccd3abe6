/** What the core and the thread that reads outlines say to each other: each request is answered once, in any order; null ends it. */
export type OutlineRequest = { id: number; type: "outline"; language: OutlineLanguage; text: string };

export type OutlineAnswer = { id: number } & (
  | { type: "outlined"; symbols: CodeSymbol[]; isCut: boolean }
  | { type: "failed"; message: string }
);

/** Lines from 1, both included; `depth`: in how many others it stands. */
export type CodeSymbol = { kind: string; name: string; from: number; to: number; depth: number };

/** Each as its grammar is called. */
export const outlineLanguages = [
  ...(["bash", "c-sharp", "cpp", "go", "java", "javascript", "php", "powershell", "python", "ruby", "rust"] as const),
  ...(["tsx", "typescript"] as const),
] as const;
export type OutlineLanguage = (typeof outlineLanguages)[number];
