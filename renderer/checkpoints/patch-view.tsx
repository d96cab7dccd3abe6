import { PatchDiff } from "@pierre/diffs/react";
import { useSettings } from "../stores/app.ts";
import { shownTheme } from "../stores/theme.ts";

/** Inside the viewer's shadow; the page's variables reach in. */
const surface = `
  :host {
    --diffs-font-family: var(--font-mono);
    --diffs-font-size: var(--text-code);
    --diffs-line-height: 19px;
    --diffs-light-bg: var(--hearth-canvas);
    --diffs-dark-bg: var(--hearth-canvas);
    --diffs-bg: var(--hearth-canvas);
    --diffs-bg-context-override: var(--hearth-canvas);
    --diffs-bg-context-gutter-override: var(--hearth-canvas);
    --diffs-bg-separator-override: var(--hearth-panel);
    --diffs-addition-color-override: var(--hearth-added);
    --diffs-deletion-color-override: var(--hearth-removed);
    --diffs-fg-number-override: var(--hearth-faint);
  }
`;

/** One file's patch with highlighting. Loaded when the first patch is opened; the highlighter is large. */
export default function PatchView({ patch }: { patch: string }): React.JSX.Element {
  // Drawn anew when the person chooses another theme.
  useSettings();
  return (
    <PatchDiff
      patch={patch}
      disableWorkerPool
      options={{
        diffStyle: "unified",
        disableFileHeader: true,
        overflow: "scroll",
        themeType: shownTheme(),
        preferredHighlighter: "shiki-js",
        diffIndicators: "classic",
        tokenizeMaxLineLength: 2_000,
        maxLineDiffLength: 2_000,
        unsafeCSS: surface,
        theme: { light: "github-light-default", dark: "github-dark-default" },
      }}
    />
  );
}
