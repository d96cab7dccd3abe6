import { useState, type FormEvent } from "react";
import type { Base, BaseList, Project } from "../../shared/contract/projects.ts";
import { callFailure } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { cx } from "../ui/cx.ts";
import { Field, Input } from "../ui/input.tsx";
import { BaseAge } from "./base-age.tsx";
import { BasePicker } from "./base-picker.tsx";
import { startSession } from "./start-session.ts";
import { useBaseState } from "./use-base-state.ts";

type Props = { project: Project; all: BaseList; onClose: () => void };

/** Where agents work, from which state of the project, and under which title; all of it has an answer already. */
export function NewSessionForm({ project, all, onClose }: Props): React.JSX.Element {
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
      // It closes this form, or puts the question for trust in its place.
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
    <form onSubmit={(event) => void create(event)} className="flex flex-col gap-3">
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
        <MainButton type="submit" autoFocus disabled={busy}>
          {busy ? "Starting…" : unfetched === base?.ref && !inPlace ? "Fetch and start" : "Start session"}
        </MainButton>
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
      <input type="radio" name="working-copy" className="mt-1" checked={checked} disabled={disabled} onChange={onChoose} />
      <span>
        <span className="block font-medium">{title}</span>
        <span className="block text-small text-muted">{note}</span>
      </span>
    </label>
  );
}
