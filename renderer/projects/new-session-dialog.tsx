import { useState, type FormEvent } from "react";
import type { Base, BaseList, Project } from "../../shared/contract/projects.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useProject } from "../stores/app.ts";
import { openDialog } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/input.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { BaseAge } from "./base-age.tsx";
import { BasePicker } from "./base-picker.tsx";
import { startSession } from "./start-session.ts";
import { useBaseState } from "./use-base-state.ts";
import { useFetched } from "../stores/use-fetched.ts";

type Props = { projectId: string; onClose: () => void };

/** A session in a worktree of the current branch is one key away; base, place and title can be chosen. */
export function NewSessionDialog({ projectId, onClose }: Props): React.JSX.Element {
  const project = useProject(projectId);
  const bases = useFetched(projectId, "bases", () => rpc.projects.bases({ id: projectId }));
  const title = `New session in ${project?.name ?? "the project"}`;
  if (bases.kind === "failed" || !project) {
    return (
      <Dialog
        title={title}
        description={bases.kind === "failed" ? bases.failure.message : "This project isn’t in Hearth any more."}
        onClose={onClose}
        footer={<Button onClick={bases.again}>Try again</Button>}
      />
    );
  }
  return (
    <Dialog title={title} description={project.folder === "" ? undefined : <InsideNote project={project} />} onClose={onClose}>
      {bases.value ? (
        <Form project={project} all={bases.value} onClose={onClose} />
      ) : (
        <Skeleton rows={4} label="Loading branches" />
      )}
    </Dialog>
  );
}

/** It isn't made the whole repository without a word, and the whole one is a click away. */
function InsideNote({ project: { folder, repository } }: { project: Project }): React.JSX.Element {
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
    <>
      <code className="break-words">{folder}</code> is a folder inside the repository{" "}
      <code className="break-words">{repository}</code>. Sessions hold the whole repository; agents and terminals begin in the
      folder.{" "}
      <button type="button" className="font-medium underline" onClick={() => void takeWhole()}>
        Use the whole repository
      </button>
      {failure === null ? null : <span className="block text-removed">{failure}</span>}
    </>
  );
}

function Form({ project, all, onClose }: { project: Project; all: BaseList; onClose: () => void }): React.JSX.Element {
  const canBranch = all.bases.length > 0;
  const [inPlace, setInPlace] = useState(!canBranch);
  const [base, setBase] = useState<Base | null>(all.bases[0] ?? null);
  const state = useBaseState(project, base);
  const [title, setTitle] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  /** A base of which the project, a partial clone, doesn't have everything: pressing again fetches it. */
  const [unfetched, setUnfetched] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const create = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const named = title.trim() === "" ? {} : { title: title.trim() };
    const from = base === null || base.current ? {} : { base: base.ref };
    try {
      // It closes this dialog, or puts the question for trust in its place.
      await startSession(
        project,
        inPlace
          ? { workingCopy: "in-place", ...named }
          : { workingCopy: "worktree", ...from, ...named, ...(unfetched === base?.ref ? { fetch: true } : {}) },
      );
    } catch (error) {
      const { code, message } = callFailure(error);
      setProblem(message);
      setUnfetched(code === "OBJECTS_NOT_FETCHED" ? (base?.ref ?? null) : null);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void create(event)} className="flex flex-col gap-4">
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 text-small font-medium text-muted">Where agents work</legend>
        <Choice
          checked={!inPlace}
          disabled={!canBranch}
          onChoose={() => setInPlace(false)}
          title="A worktree of its own"
          note={
            canBranch
              ? "Your checkout changes only when you apply."
              : project.kind === "git"
                ? "Needs a first commit in this repository."
                : "Needs a git repository; this is a plain folder."
          }
        />
        <Choice
          checked={inPlace}
          onChoose={() => setInPlace(true)}
          title="In place"
          note="Agents edit the project’s own folder directly."
        />
      </fieldset>
      {inPlace ? null : (
        <Field label="Starts from" hint={<BaseAge {...state} />}>
          {() => (
            <BasePicker
              projectId={project.id}
              all={all}
              value={base && { ...base, commit: state.known.value?.commit ?? base.commit }}
              onChange={setBase}
            />
          )}
        </Field>
      )}
      <Field label="Title" hint="Left empty, the first prompt names it.">
        {(ids) => <Input {...ids} maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />}
      </Field>
      {problem ? (
        <p role="alert" className="selectable break-words text-removed">
          {problem}
        </p>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="filled" autoFocus disabled={busy}>
          {busy ? "Starting…" : unfetched === base?.ref && !inPlace ? "Fetch and start" : "Start session"}
        </Button>
      </div>
    </form>
  );
}

type ChoiceProps = { checked: boolean; disabled?: boolean; onChoose: () => void; title: string; note: string };

function Choice({ checked, disabled = false, onChoose, title, note }: ChoiceProps): React.JSX.Element {
  return (
    <label
      className={cx(
        "flex items-start gap-2.5 rounded-card border px-3 py-2",
        checked ? "border-line-strong bg-selected" : "border-line hover:bg-hover",
        disabled && "opacity-60",
      )}
    >
      <input
        type="radio"
        name="working-copy"
        className="mt-1 accent-(--hearth-accent)"
        checked={checked}
        disabled={disabled}
        onChange={onChoose}
      />
      <span>
        <span className="block font-medium">{title}</span>
        <span className="block text-small text-muted">{note}</span>
      </span>
    </label>
  );
}
