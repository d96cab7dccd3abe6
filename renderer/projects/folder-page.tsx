import { useState, type FormEvent, type ReactNode } from "react";
import { focusInPane } from "../commands/focus-pane.ts";
import { callFailure } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { PageFrame } from "../ui/page-frame.tsx";
import { FolderField } from "./folder-field.tsx";

type Props = {
  title: string;
  description: ReactNode;
  /** What the button says, and what it says while it is done. */
  verb: string;
  doing: string;
  /** Does it with the folder's path; what it throws is shown at the field. */
  onFolder: (path: string) => Promise<void>;
};

/** Asks for a folder and does something with it. */
export function FolderPage({ title, description, verb, doing, onFolder }: Props): React.JSX.Element {
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
    <PageFrame title={title} onClose={focusInPane}>
      <form onSubmit={(event) => void submit(event)} className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-140 flex-col gap-4 px-5 py-8">
          <p className="text-muted">{description}</p>
          <FolderField path={path} onPath={change} error={error} browsing />
          <div className="flex gap-2">
            <MainButton type="submit" disabled={!ready}>
              {busy ? doing : verb}
            </MainButton>
            <Button onClick={focusInPane}>Cancel</Button>
          </div>
        </div>
      </form>
    </PageFrame>
  );
}
