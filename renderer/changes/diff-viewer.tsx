import { FileDiff, Virtualizer, WorkerPoolContextProvider, type FileDiffMetadata } from "@pierre/diffs/react";
import type { ReactNode } from "react";
import { diffStyles, diffThemes, useShownTheme } from "./diff-theme.ts";

const poolOptions = {
  workerFactory: () => new Worker(new URL("./diff-worker.ts", import.meta.url), { type: "module" }),
  poolSize: 1,
};
const highlighterOptions = {
  theme: diffThemes,
  // The page's policy forbids WebAssembly.
  preferredHighlighter: "shiki-js" as const,
  tokenizeMaxLineLength: 2_000,
  lineDiffType: "word" as const,
  maxLineDiffLength: 2_000,
};

/** One worker for all diffs below, from the first that is shown until the panel goes. */
export function DiffWorkers({ children }: { children: ReactNode }): React.JSX.Element {
  return (
    <WorkerPoolContextProvider poolOptions={poolOptions} highlighterOptions={highlighterOptions}>
      {children}
    </WorkerPoolContextProvider>
  );
}

type Props = { file: FileDiffMetadata; style: "unified" | "split"; wrap: boolean };

/** One file's diff, highlighted in a worker; only the lines in sight are in the page. */
export function DiffViewer({ file, style, wrap }: Props): React.JSX.Element {
  const themeType = useShownTheme();
  return (
    <Virtualizer className="selectable h-full overflow-auto" contentClassName="min-h-full">
      <FileDiff
        fileDiff={file}
        options={{
          theme: diffThemes,
          themeType,
          preferredHighlighter: "shiki-js",
          diffStyle: style,
          overflow: wrap ? "wrap" : "scroll",
          disableFileHeader: true,
          hunkSeparators: "line-info-basic",
          diffIndicators: "classic",
          lineDiffType: "word",
          tokenizeMaxLineLength: 2_000,
          maxLineDiffLength: 2_000,
          unsafeCSS: diffStyles,
        }}
      />
    </Virtualizer>
  );
}
