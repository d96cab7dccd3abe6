import { useMemo, useState } from "react";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { useShownTurn, type ShownTurn } from "../stores/shown-turn.ts";
import { listedChanges } from "./listed-changes.ts";

export type Narrowing = {
  /** What is listed, which is what is acted on; `isAll`: nothing is left out of it. */
  listed: PendingChange[];
  isAll: boolean;
  /** Only what one turn changed; null for all turns. */
  turn: ShownTurn | null;
  ofTurn: PendingChange[];
  /** Of these, what is in the project's folder. */
  inFolder: PendingChange[];
  isInFolder: boolean;
  setInFolder: (isInFolder: boolean) => void;
  /** What is looked for in the paths; null while nothing is. */
  words: string | null;
  setWords: (words: string | null) => void;
};

/** Which of the session's changes are listed: of a turn or of all, of the project's folder or all, by words in their paths. */
export function useNarrowing(sessionId: string, changes: readonly PendingChange[], folder: string): Narrowing {
  const turn = useShownTurn((all) => all[sessionId] ?? null);
  const [isInFolder, setInFolder] = useState(false);
  const [words, setWords] = useState<string | null>(null);
  const paths = turn?.paths;
  const ofTurn = useMemo(() => listedChanges(changes, paths ? { paths } : {}), [changes, paths]);
  const inFolder = useMemo(() => listedChanges(ofTurn, { folder }), [ofTurn, folder]);
  const inView = isInFolder ? inFolder : ofTurn;
  const listed = useMemo(() => listedChanges(inView, { words: words ?? "" }), [inView, words]);
  const isAll = turn === null && !isInFolder && !words;
  return { listed, isAll, turn, ofTurn, inFolder, isInFolder, setInFolder, words, setWords };
}
