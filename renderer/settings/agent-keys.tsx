import { useId, useState } from "react";
import type { AgentKey } from "../../shared/contract/agent-parts.ts";
import type { Agent } from "../../shared/contract/agents.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/input.tsx";

const lasts: Record<AgentKey["state"], string> = {
  unset: "",
  kept: "kept in the keyring",
  "this-run": "until Hearth ends: there is no keyring here",
  locked: "in a keyring that can’t be opened here",
};

/** The keys that an agent's children get as variables: set, named and taken away, and never shown again. */
export function AgentKeys({ agent }: { agent: Agent }): React.JSX.Element {
  const set = agent.keys.filter(({ state }) => state !== "unset");
  const known = agent.keys.filter(({ state }) => state === "unset").map(({ name }) => name);
  const forget = (name: string): void =>
    void attempt(`${name} was not removed`, () => rpc.agents.removeKey({ id: agent.id, name }));
  return (
    <div className="mt-1.5 flex flex-col gap-2 pl-6">
      <p className="text-small text-muted">
        Given to {agent.label} alone, beside what your login shell has. A key is never shown again.
      </p>
      {set.length > 0 ? (
        <ul aria-label={`Keys of ${agent.label}`} className="flex flex-col">
          {set.map(({ name, state }) => (
            <li key={name} className="flex flex-wrap items-center gap-x-2">
              <code className="break-all">{name}</code>
              <span className="min-w-44 flex-1 text-small text-muted">{lasts[state]}</span>
              <Button variant="plain" aria-label={`Remove ${name}`} onClick={() => forget(name)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <NewKey key={known[0] ?? ""} agent={agent} known={known} />
    </div>
  );
}

function NewKey({ agent, known }: { agent: Agent; known: readonly string[] }): React.JSX.Element {
  const [name, setName] = useState(known[0] ?? "");
  const [value, setValue] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const names = useId();
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await rpc.agents.setKey({ id: agent.id, name: name.trim(), value: value.trim() });
      setValue("");
    } catch (error) {
      setProblem(callFailure(error).message);
    }
    setBusy(false);
  };
  return (
    <form
      aria-label={`Set a key of ${agent.label}`}
      className="flex flex-wrap items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="min-w-48 flex-1">
        <Field label="Variable" error={problem}>
          {(ids) => (
            <Input
              {...ids}
              required
              list={names}
              placeholder="OPENAI_API_KEY"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <datalist id={names}>
          {known.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </div>
      <div className="min-w-48 flex-1">
        <Field label="Key">
          {(ids) => (
            <Input
              {...ids}
              required
              type="password"
              autoComplete="new-password"
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Button type="submit" disabled={busy || name.trim() === "" || value.trim() === ""} className="mt-5">
        {busy ? "Setting…" : "Set"}
      </Button>
    </form>
  );
}
