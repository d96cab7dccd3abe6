import { useState, type FormEvent, type ReactNode } from "react";
import { callFailure } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FolderField } from "./folder-field.tsx";

type Props = {
  title: string;
  description?: ReactNode;
  /** What the button says, and what it says while it is done. */
  verb: string;
  doing: string;
  /** Does it with the folder's path; what it throws is shown at the field. */
  onFolder: (path: string) => Promise<void>;
  onClose: () => void;
};

/** Asks for a folder and does something with it. */
export function FolderDialog({ title, description, verb, doing, onFolder, onClose }: Props): React.JSX.Element {
  const [path, setPath] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ready = path.trim() !== "" && !busy;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!ready) return;
    setBusy(true);
    try {
      await onFolder(path.trim());
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
    <Dialog title={title} description={description} width="34rem" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FolderField path={path} onPath={change} error={error} browsing />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={!ready}>
            {busy ? doing : verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
