import { DiffWorkers, PatchViewer } from "../diff/diff-viewer.tsx";

/** One file's patch with highlighting. Loaded when the first patch is opened; the viewer is large. */
export default function PatchView({ patch }: { patch: string }): React.JSX.Element {
  return (
    <DiffWorkers>
      <PatchViewer patch={patch} style="unified" wrap={false} />
    </DiffWorkers>
  );
}
