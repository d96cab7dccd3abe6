import { PatchDiff } from "@pierre/diffs/react";
import { useSettings } from "../stores/app.ts";
import { shownTheme } from "../stores/theme.ts";

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
        theme: { light: "github-light", dark: "github-dark" },
      }}
    />
  );
}
