import { FileFilter } from "./file-filter.tsx";
import { FolderFilter } from "./folder-filter.tsx";
import { TurnFilter } from "./turn-filter.tsx";
import type { Narrowing } from "./use-narrowing.ts";

/** What the list is narrowed by, each with its way back to all. */
export function ListFilters({
  sessionId,
  folder,
  narrowing,
}: {
  sessionId: string;
  /** What of the repository the project is; empty for all of it. */
  folder: string;
  narrowing: Narrowing;
}): React.JSX.Element {
  const { turn, ofTurn, inFolder, isInFolder, setInFolder, words, setWords, listed } = narrowing;
  return (
    <>
      {turn ? <TurnFilter sessionId={sessionId} turn={turn} pending={ofTurn.length} /> : null}
      {words === null ? null : (
        <FileFilter words={words} found={listed.length} onChange={setWords} onClose={() => setWords(null)} />
      )}
      {folder === "" ? null : (
        <FolderFilter folder={folder} inside={inFolder.length} all={ofTurn.length} isNarrow={isInFolder} onNarrow={setInFolder} />
      )}
    </>
  );
}
