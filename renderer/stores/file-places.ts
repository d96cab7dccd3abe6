import { create } from "zustand";

/** Where in a file its tab is to look; `asked` counts up, so that asking again goes there again. */
export type FilePlace = { line: number; asked: number };

const usePlaces = create<Record<string, FilePlace>>(() => ({}));

const keyOf = (sessionId: string, path: string): string => `${sessionId} ${path}`;

/** `line` from 1. The tab may not be there yet. */
export function askForLine(sessionId: string, path: string, line: number): void {
  const key = keyOf(sessionId, path);
  usePlaces.setState((all) => ({ [key]: { line, asked: (all[key]?.asked ?? 0) + 1 } }));
}

export const useFilePlace = (sessionId: string, path: string): FilePlace | undefined =>
  usePlaces((all) => all[keyOf(sessionId, path)]);
