import { attempt } from "../commands/actions.ts";
import { rpc } from "../rpc.ts";
import { useProject, useSessions } from "../stores/app.ts";
import { closeDialog } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** Removing a project takes it out of Hearth only; its files stay where they are. */
export function RemoveProjectDialog({ projectId }: { projectId: string }): React.JSX.Element {
  const project = useProject(projectId);
  const count = useSessions().filter((session) => session.projectId === projectId).length;
  const close = (): void => closeDialog("remove-project");
  const remove = async (): Promise<void> => {
    if (await attempt("The project was not removed", () => rpc.projects.remove({ id: projectId }))) close();
  };
  return (
    <Dialog
      title={`Remove ${project?.name ?? "the project"} from Hearth?`}
      description="The folder and its files stay as they are."
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="danger" onClick={() => void remove()}>
            Remove
          </Button>
        </>
      }
    >
      {count > 0 ? (
        <p>
          {count === 1 ? "Its session" : `Its ${count} sessions`} will no longer be listed. Work that would be lost stops the
          removal.
        </p>
      ) : null}
    </Dialog>
  );
}
