import { useState, type FormEvent } from "react";
import type { Project } from "../../shared/contract/projects.ts";
import { callFailure, rpc } from "../rpc.ts";
import { closeDialog, openDialog } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FolderField } from "./folder-field.tsx";

type Props = {
  /** A folder to begin with, such as one that was dropped. */
  path?: string;
  onClose?: () => void;
};

/** Adds a folder as a project, and goes on to its first session. A folder that is a project already is opened again. */
export function AddProjectDialog({ path: given = "", onClose = () => closeDialog("add-project") }: Props): React.JSX.Element {
  const [path, setPath] = useState(given);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ready = path.trim() !== "" && !busy;

  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!ready) return;
    setBusy(true);
    try {
      const project: Project = await rpc.projects.add({ path: path.trim() });
      onClose();
      openDialog({ kind: "new-session", projectId: project.id });
    } catch (cause) {
      setError(callFailure(cause).message);
      setBusy(false);
    }
  };
  const change = (next: string): void => {
    setPath(next);
    setError(null);
  };
  return (
    <Dialog title="Add a project" width="34rem" onClose={onClose}>
      <form onSubmit={(event) => void add(event)} className="flex flex-col gap-4">
        <FolderField path={path} onPath={change} error={error} browsing />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="filled" disabled={!ready}>
            {busy ? "Adding…" : "Add"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
