import {
  FileDiff,
  PatchDiff,
  Virtualizer,
  WorkerPoolContextProvider,
  type FileDiffMetadata,
  type FileDiffOptions,
} from "@pierre/diffs/react";
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

/** One worker for all diffs of the page, from the first that is shown until the last one goes. */
export function DiffWorkers({ children }: { children: ReactNode }): React.JSX.Element {
  return (
    <WorkerPoolContextProvider poolOptions={poolOptions} highlighterOptions={highlighterOptions}>
      {children}
    </WorkerPoolContextProvider>
  );
}

type Look = { style: "unified" | "split"; wrap: boolean };

function useOptions({ style, wrap }: Look): FileDiffOptions<undefined, "advanced"> {
  return {
    ...highlighterOptions,
    themeType: useShownTheme(),
    diffStyle: style,
    overflow: wrap ? "wrap" : "scroll",
    disableFileHeader: true,
    hunkSeparators: "line-info-basic",
    diffIndicators: "classic",
    unsafeCSS: diffStyles,
  };
}

/** One file's diff, highlighted in a worker; only the lines in sight are in the page. Fills its place and scrolls. */
export function DiffViewer({ file, style, wrap }: Look & { file: FileDiffMetadata }): React.JSX.Element {
  const options = useOptions({ style, wrap });
  return (
    <Virtualizer className="selectable h-full overflow-auto" contentClassName="min-h-full">
      <FileDiff fileDiff={file} options={options} />
    </Virtualizer>
  );
}

/** One file's patch as it came, as high as it is. */
export function PatchViewer({ patch, style, wrap }: Look & { patch: string }): React.JSX.Element {
  const options = useOptions({ style, wrap });
  return <PatchDiff patch={patch} options={options} className="selectable" />;
}
