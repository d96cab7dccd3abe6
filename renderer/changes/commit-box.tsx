import { useEffect, useMemo, useRef, useState } from "react";
import type { CommittableFiles } from "../../shared/contract/changes.ts";
import type { CallFailure } from "../rpc.ts";
import { useSession } from "../stores/app.ts";
import { Visible } from "../markdown/visible.tsx";
import { OutputLines } from "../output/terminal-output.tsx";
import { terminalLines } from "../output/terminal-text.ts";
import { useHasHelper } from "../stores/own-models.ts";
import { openDialog } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { TextArea } from "../ui/input.tsx";
import { commit, stopCommit } from "./actions.ts";
import { DraftButton } from "./draft-button.tsx";

type Props = { sessionId: string; committable: CommittableFiles };
type Commit = { state: "none" } | { state: "going" | "stopping"; output: string } | { state: "failed"; failure: CallFailure };

/** For what was applied and isn't committed: a message and one button. What hooks print is shown while they run. */
export function CommitBox({ sessionId, committable: { paths, left, branch } }: Props): React.JSX.Element {
  const [message, setMessage] = useState("");
  const [now, setNow] = useState<Commit>({ state: "none" });
  const isGoing = now.state === "going" || now.state === "stopping";
  const hasHelper = useHasHelper();
  const files = `${paths.length} ${paths.length === 1 ? "file" : "files"}`;
  const canCommit = message.trim() !== "" && !isGoing && paths.length > 0;
  const go = async (): Promise<void> => {
    if (!canCommit) return;
    setNow({ state: "going", output: "" });
    const failure = await commit(sessionId, message, (output) => setNow((was) => ("output" in was ? { ...was, output } : was)));
    setNow(failure ? { state: "failed", failure } : { state: "none" });
    if (!failure) setMessage("");
  };
  const stop = (): void => {
    setNow((was) => ("output" in was ? { ...was, state: "stopping" } : was));
    void stopCommit(sessionId);
  };
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
        readOnly={isGoing}
        onChange={(event) => setMessage(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void go();
        }}
      />
      {left.length > 0 ? <LeftOut left={left} /> : null}
      {"output" in now && now.output !== "" ? <Output text={now.output} label="What the commit prints" /> : null}
      {now.state === "failed" ? <Refused failure={now.failure} sessionId={sessionId} /> : null}
      <div className="mt-1.5 flex items-center justify-between gap-2">
        {/* The same keys approve all while the files have the focus: shown where they hold. */}
        <Button
          type="submit"
          disabled={!canCommit}
          shortcut="Mod+Enter"
          className="min-w-0 shrink! [&_kbd]:hidden group-focus-within:[&_kbd]:inline"
        >
          <span className="truncate">{isGoing ? "Committing…" : `Commit${branch === null ? "" : ` to ${branch}`}`}</span>
        </Button>
        {isGoing ? (
          <Button onClick={stop} disabled={now.state === "stopping"}>
            {now.state === "stopping" ? "Stopping…" : "Stop"}
          </Button>
        ) : (
          <span className="flex min-w-0 items-center gap-2">
            {hasHelper && message.trim() === "" && paths.length > 0 ? (
              <DraftButton
                sessionId={sessionId}
                onDraft={(draft) => {
                  setNow({ state: "none" });
                  // What the person has typed meanwhile is theirs.
                  setMessage((was) => (was.trim() === "" ? draft : was));
                }}
                onFailure={(failure) => setNow({ state: "failed", failure })}
              />
            ) : null}
            <span className="min-w-0 truncate text-small text-muted tabular-nums">{files} to commit</span>
          </span>
        )}
      </div>
    </form>
  );
}

function Refused({ failure, sessionId }: { failure: CallFailure; sessionId: string }): React.JSX.Element {
  const projectId = useSession(sessionId)?.projectId;
  const output = typeof failure.data?.output === "string" ? failure.data.output : "";
  return (
    <div role="alert" className="selectable mt-1 border-l-2 border-removed pl-2">
      <p>{failure.message}</p>
      {output === "" ? null : <Output text={output} label="What was printed" />}
      {failure.code === "PROJECT_NOT_TRUSTED" && projectId ? (
        <Button className="mt-1" onClick={() => openDialog({ kind: "trust", projectId })}>
          Trust…
        </Button>
      ) : null}
    </div>
  );
}

const mostLines = 400;

/** Its end stays in view: that is where a hook says what it wants. */
function Output({ text, label }: { text: string; label: string }): React.JSX.Element {
  const box = useRef<HTMLPreElement>(null);
  const lines = useMemo(() => terminalLines(text).slice(-mostLines), [text]);
  useEffect(() => {
    // Chromium returns a promise of the end of the scrolling, which is nothing that an effect may return.
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [text]);
  return (
    <pre
      ref={box}
      tabIndex={0}
      aria-label={label}
      className="selectable mt-1 max-h-40 overflow-auto text-small whitespace-pre-wrap text-muted"
    >
      <OutputLines lines={lines} />
    </pre>
  );
}

function LeftOut({ left }: { left: CommittableFiles["left"] }): React.JSX.Element {
  return (
    <ul className="selectable mt-1 border-l-2 border-changed pl-2 text-small">
      {left.map(({ path, reason }) => (
        <li key={path}>
          <code>
            <Visible text={path} />
          </code>{" "}
          <span className="text-muted">{reason}</span>
        </li>
      ))}
    </ul>
  );
}
