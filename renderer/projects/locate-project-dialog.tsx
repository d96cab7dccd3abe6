import { rpc } from "../rpc.ts";
import { useProject } from "../stores/app.ts";
import { closeDialog } from "../stores/frame.ts";
import { FolderDialog } from "./folder-dialog.tsx";

/** Tells Hearth where a project's folder is now; its sessions go on from there. */
export function LocateProjectDialog({ projectId }: { projectId: string }): React.JSX.Element {
  const project = useProject(projectId);
  const close = (): void => closeDialog("locate-project");
  const locate = async (path: string): Promise<void> => {
    await rpc.projects.locate({ id: projectId, path });
    close();
  };
  return (
    <FolderDialog
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
      onClose={close}
    />
  );
}
