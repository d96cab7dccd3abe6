import { focusInPane } from "../commands/focus-pane.ts";
import { rpc } from "../rpc.ts";
import { useProject } from "../stores/app.ts";
import { FolderPage } from "./folder-page.tsx";

/** Tells Hearth where a project's folder is now; its sessions go on from there. */
export function LocateProjectPage({ projectId }: { projectId: string }): React.JSX.Element {
  const project = useProject(projectId);
  const locate = async (path: string): Promise<void> => {
    await rpc.projects.locate({ id: projectId, path });
    focusInPane();
  };
  return (
    <FolderPage
      title={`Where is ${project?.name ?? "the project"} now?`}
      description={
        <>
          It was at <span className="selectable font-mono text-code break-all">{project?.path}</span>. Its sessions, chats and
          checkpoints are kept.
        </>
      }
      verb="Use this folder"
      doing="Looking…"
      onFolder={locate}
    />
  );
}
