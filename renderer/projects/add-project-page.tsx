import { rpc } from "../rpc.ts";
import { closePage, openDialog } from "../stores/frame.ts";
import { FolderPage } from "./folder-page.tsx";

/** Adds a folder as a project, and goes on to its first session. A folder that is a project already is opened again. */
export function AddProjectPage(): React.JSX.Element {
  const add = async (path: string): Promise<void> => {
    const project = await rpc.projects.add({ path });
    closePage();
    openDialog({ kind: "new-session", projectId: project.id, at: "project" });
  };
  return (
    <FolderPage
      title="Add a project"
      description="A folder that you work on. It stays where it is; Hearth only lists it."
      verb="Add project"
      doing="Adding…"
      onFolder={add}
    />
  );
}
