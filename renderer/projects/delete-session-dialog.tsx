import { useState } from "react";
import * as z from "zod";
import { risk, type LeftFolder, type Risk, type Session } from "../../shared/contract/sessions.ts";
import { Visible } from "../markdown/visible.tsx";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { useSession } from "../stores/app.ts";
import { selectSession, useFrame } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { toast } from "../ui/toast.tsx";

type Props = { sessionId: string; onClose: () => void };

const titles: Record<Risk["kind"], string> = {
  uncommitted: "Changed files",
  untracked: "New files",
  "unmerged-commits": "Commits on no branch",
  "not-covered": "Not covered by checkpoints",
  ignored: "Ignored files",
  unverified: "Could not be checked",
};

/**
 * Deletes a session. First it is only asked for; what the core finds at risk is then listed, and deleting it takes a
 * second, separate yes.
 */
export function DeleteSessionDialog({ sessionId, onClose }: Props): React.JSX.Element {
  const session = useSession(sessionId);
  const [risks, setRisks] = useState<Risk[] | null>(null);
  const [agreed, setAgreed] = useState(false);
  const [problem, setProblem] = useState<CallFailure | null>(null);
  const [busy, setBusy] = useState(false);

  // What could not be deleted can still be ended: by force its folder is left where it is.
  const forced = risks !== null || problem?.code === "WORKTREE_FAILED";
  const remove = async (force: boolean): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const { checkpointId, left } = await rpc.sessions.remove({ id: sessionId, force });
      if (useFrame.getState().sessionId === sessionId) selectSession(null);
      toast({
        title: `“${session?.title ?? "The session"}” is deleted`,
        ...detailOf(checkpointId, left),
        undo: () => void bringBack(sessionId),
      });
      onClose();
    } catch (error) {
      const failure = callFailure(error);
      if (failure.code === "WORK_AT_RISK") setRisks(risksOf(failure));
      else setProblem(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Delete “${session?.title ?? "this session"}”?`}
      description={consequence(session)}
      width="32rem"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" disabled={busy || (risks !== null && !agreed)} onClick={() => void remove(forced)}>
            {busy ? "Deleting…" : risks ? "Delete anyway" : forced ? "End it, leave the folder" : "Delete"}
          </Button>
        </>
      }
    >
      {risks ? <Risks risks={risks} agreed={agreed} onAgreed={setAgreed} /> : null}
      {problem ? (
        <p role="alert" className="selectable mt-2 break-words text-removed">
          {problem.message} Nothing was deleted.
        </p>
      ) : null}
    </Dialog>
  );
}

async function bringBack(id: string): Promise<void> {
  try {
    await rpc.sessions.bringBack({ id });
    selectSession(id);
  } catch (error) {
    toast({ title: "The session was not brought back", detail: callFailure(error).message, tone: "failed" });
  }
}

function detailOf(checkpointId: string | null, left: LeftFolder | null): { detail?: string } {
  if (left) return { detail: `Its folder stays: ${left.reason}` };
  return checkpointId ? { detail: "It can be brought back for 30 days, in the settings under Storage." } : {};
}

function consequence(session: Session | null): string {
  if (session?.workingCopy.kind === "in-place")
    return "Its chats and terminals go. The project’s folder and its files stay as they are.";
  return "Its worktree, chats and terminals go. A checkpoint of its files is taken first.";
}

type RisksProps = { risks: readonly Risk[]; agreed: boolean; onAgreed: (agreed: boolean) => void };

function Risks({ risks, agreed, onAgreed }: RisksProps): React.JSX.Element {
  return (
    <div className="flex flex-col gap-3">
      <p role="alert" className="font-medium text-removed">
        This would take work away that is nowhere else:
      </p>
      {risks.map((each, at) => (
        <section key={at} className="rounded-card border border-line px-3 py-2">
          <h3 className="font-medium">{titles[each.kind]}</h3>
          <p className="text-muted">
            <Visible text={each.message} />
          </p>
          {each.paths.length > 0 ? (
            <ul className="selectable mt-1 max-h-36 overflow-y-auto font-mono text-code">
              {each.paths.map((path) => (
                <li key={path} className="break-all">
                  <Visible text={path} />
                </li>
              ))}
            </ul>
          ) : null}
        </section>
      ))}
      <label className="flex items-start gap-2">
        <input type="checkbox" className="mt-1" checked={agreed} onChange={(event) => onAgreed(event.target.checked)} />
        <span>I have seen what goes. Delete it all the same.</span>
      </label>
    </div>
  );
}

/** The list that came with the refusal; one that can't be read still counts as a risk. */
function risksOf(failure: CallFailure): Risk[] {
  const listed = z.array(risk).safeParse(failure.data?.risks);
  return listed.success && listed.data.length > 0 ? listed.data : [{ kind: "unverified", paths: [], message: failure.message }];
}
