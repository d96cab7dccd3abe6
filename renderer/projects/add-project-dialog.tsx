import { rpc } from "../rpc.ts";
import { closeDialog, openDialog } from "../stores/frame.ts";
import { FolderDialog } from "./folder-dialog.tsx";

/** Adds a folder as a project, and goes on to its first session. A folder that is a project already is opened again. */
export function AddProjectDialog(): React.JSX.Element {
  const add = async (path: string): Promise<void> => {
    const project = await rpc.projects.add({ path });
    openDialog({ kind: "new-session", projectId: project.id });
  };
  return (
    <FolderDialog title="Add a project" verb="Add" doing="Adding…" onFolder={add} onClose={() => closeDialog("add-project")} />
  );
}
