import { useState } from "react";
import type { NewRule as Written } from "../../shared/contract/rules.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { useProjects } from "../stores/app.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/input.tsx";
import { lastings, minutesOf, type Lasting } from "../ui/lasting.ts";
import { Select } from "../ui/select.tsx";

const subjects = {
  command: { label: "Run a command", field: "Command", example: "npm test", hint: "Exactly this, with these arguments." },
  edit: { label: "Edit a file", field: "File", example: "src/parser.ts", hint: "Exactly this, from the project’s top." },
  delete: { label: "Delete a file", field: "File", example: "src/parser.ts", hint: "Exactly this, from the project’s top." },
  host: { label: "Fetch from a host", field: "Host", example: "docs.python.org", hint: "Every address of exactly this host." },
  url: { label: "Fetch an address", field: "Address", example: "https://docs.python.org/3/", hint: "Exactly this." },
} as const;
type Subject = keyof typeof subjects;

const subjectOptions = (Object.keys(subjects) as Subject[]).map((value) => ({ value, label: subjects[value].label }));
const everywhere = "always";

function matchOf(subject: Subject, text: string, folder: string): Written["match"] {
  switch (subject) {
    case "command":
      return { kind: "command", command: text, cwd: folder.trim() || null };
    case "edit":
    case "delete":
      return { kind: "path", action: subject, path: text };
    case "host":
      return { kind: "host", host: text };
    case "url":
      return { kind: "url", url: text };
  }
}

/** A rule by hand: what it is about, where it counts and for how long. */
export function NewRule({ onDone }: { onDone: () => void }): React.JSX.Element {
  const projects = useProjects();
  const [decision, setDecision] = useState<Written["decision"]>("allow");
  const [subject, setSubject] = useState<Subject>("command");
  const [text, setText] = useState("");
  const [folder, setFolder] = useState("");
  const [where, setWhere] = useState(projects[0]?.id ?? everywhere);
  const [lasts, setLasts] = useState<Lasting>("until-removed");
  const [problem, setProblem] = useState<CallFailure | null>(null);
  const { field, example, hint } = subjects[subject];
  const ofFolder = problem?.data?.["field"] === "match.cwd";
  const save = async (): Promise<void> => {
    const place =
      where === everywhere ? { scope: "always" as const, scopeId: "" } : { scope: "project" as const, scopeId: where };
    try {
      await rpc.permissions.addRule({ ...place, decision, match: matchOf(subject, text, folder), minutes: minutesOf[lasts] });
      onDone();
    } catch (error) {
      setProblem(callFailure(error));
    }
  };
  return (
    <form
      aria-label="New rule"
      className="flex flex-col gap-3 rounded-card border border-line bg-raised p-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="flex flex-wrap gap-2">
        <Select
          label="Decision"
          value={decision}
          options={[
            { value: "allow", label: "Allow" },
            { value: "reject", label: "Reject" },
          ]}
          onChange={setDecision}
        />
        <Select label="What" value={subject} options={subjectOptions} onChange={setSubject} />
      </div>
      <Field label={field} hint={hint} error={ofFolder ? null : problem?.message}>
        {(ids) => (
          <Input
            {...ids}
            autoFocus
            required
            placeholder={example}
            className="font-mono text-code"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setProblem(null);
            }}
          />
        )}
      </Field>
      {subject === "command" ? (
        <Field label="Folder" hint="Where it runs, from the project’s top." error={ofFolder ? problem?.message : null}>
          {(ids) => (
            <Input {...ids} placeholder="The project’s top" value={folder} onChange={(event) => setFolder(event.target.value)} />
          )}
        </Field>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Select
          label="Where it counts"
          value={where}
          options={[
            ...projects.map(({ id, name }) => ({ value: id, label: `In ${name}` })),
            { value: everywhere, label: "In every project" },
          ]}
          onChange={setWhere}
        />
        <Select label="How long it counts" value={lasts} options={lastings} onChange={setLasts} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="filled" disabled={text.trim() === ""}>
          Add rule
        </Button>
        <Button variant="plain" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
