import { useState } from "react";
import type { CallFailure } from "../rpc.ts";
import { useSession } from "../stores/app.ts";
import { openDialog } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { TextArea } from "../ui/input.tsx";
import { commit } from "./actions.ts";

type Props = { sessionId: string; paths: string[]; branch: string | null };

/** For what was applied and isn't committed: a message and one button. Hooks' words are shown when they refuse. */
export function CommitBox({ sessionId, paths, branch }: Props): React.JSX.Element {
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const projectId = useSession(sessionId)?.projectId;
  const files = `${paths.length} ${paths.length === 1 ? "file" : "files"}`;
  const go = async (): Promise<void> => {
    if (message.trim() === "" || busy) return;
    setBusy(true);
    const failed = await commit(sessionId, message);
    setBusy(false);
    setFailure(failed);
    if (!failed) setMessage("");
  };
  const output = typeof failure?.data?.output === "string" ? failure.data.output : "";
  return (
    <form
      className="group border-t border-line bg-panel p-2 [anchor-name:--commit]"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <TextArea
        rows={2}
        value={message}
        aria-label="Commit message"
        placeholder={`Message for ${files} applied${branch === null ? "" : ` to ${branch}`}`}
        className="min-h-12"
        onChange={(event) => setMessage(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void go();
        }}
      />
      {failure ? (
        <div role="alert" className="selectable mt-1 border-l-2 border-removed pl-2">
          <p>{failure.message}</p>
          {output === "" ? null : (
            <pre className="mt-1 max-h-40 overflow-auto text-small whitespace-pre-wrap text-muted">{output}</pre>
          )}
          {failure.code === "PROJECT_NOT_TRUSTED" && projectId ? (
            <Button className="mt-1" onClick={() => openDialog({ kind: "trust", projectId })}>
              Trust…
            </Button>
          ) : null}
        </div>
      ) : null}
      <div className="mt-1.5 flex items-center justify-between gap-2">
        {/* The same keys approve all while the files have the focus: shown where they hold. */}
        <Button
          type="submit"
          disabled={message.trim() === "" || busy}
          shortcut="Mod+Enter"
          className="[&_kbd]:hidden group-focus-within:[&_kbd]:inline"
        >
          {busy ? "Committing…" : `Commit${branch === null ? "" : ` to ${branch}`}`}
        </Button>
        <span className="min-w-0 truncate text-small text-muted tabular-nums">{files} to commit</span>
      </div>
    </form>
  );
}
