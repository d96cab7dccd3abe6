import { useState } from "react";
import type { Project } from "../../shared/contract/projects.ts";
import { callFailure, rpc } from "../rpc.ts";
import { openDialog } from "../stores/frame.ts";

/** It isn't made the whole repository without a word, and the whole one is a click away. */
export function InsideNote({ project: { folder, repository } }: { project: Project }): React.JSX.Element {
  const [failure, setFailure] = useState<string | null>(null);
  const takeWhole = async (): Promise<void> => {
    try {
      const whole = await rpc.projects.add({ path: repository ?? "" });
      openDialog({ kind: "new-session", projectId: whole.id });
    } catch (error) {
      setFailure(callFailure(error).message);
    }
  };
  return (
    <p className="text-muted">
      <code className="break-words">{folder}</code> is a folder inside the repository{" "}
      <code className="break-words">{repository}</code>. Sessions hold the whole repository; agents and terminals begin in the
      folder.{" "}
      <button type="button" className="font-medium underline" onClick={() => void takeWhole()}>
        Use the whole repository
      </button>
      {failure === null ? null : <span className="block text-removed">{failure}</span>}
    </p>
  );
}
