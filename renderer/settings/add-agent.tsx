import { useRef, useState } from "react";
import type { TriedAgent } from "../../shared/contract/agents.ts";
import { callFailure, rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { Field, Input } from "../ui/input.tsx";
import { StateDot } from "../ui/state-dot.tsx";
import { AskingFor } from "./asking-for.tsx";
import { idFor, readCommand } from "./read-command.ts";

type Doing = { kind: "idle" } | { kind: "trying"; since: string } | { kind: "saving" };

/** An agent by its command: tried by a real handshake, and written into `agents.json`. */
export function AddAgent({ onDone }: { onDone: () => void }): React.JSX.Element {
  const [name, setName] = useState("");
  const [line, setLine] = useState("");
  const [doing, setDoing] = useState<Doing>({ kind: "idle" });
  const [problem, setProblem] = useState<string | null>(null);
  const [tried, setTried] = useState<TriedAgent | null>(null);
  const stop = useRef<AbortController | null>(null);
  const entry = (): { command: string; args: string[] } | null => {
    const read = readCommand(line);
    setProblem(read.ok ? null : read.error);
    return read.ok ? read.value : null;
  };
  const begin = async (): Promise<void> => {
    const command = entry();
    if (!command) return;
    setTried(null);
    setDoing({ kind: "trying", since: new Date().toISOString() });
    stop.current = new AbortController();
    try {
      setTried(await rpc.agents.try({ entry: command }, { signal: stop.current.signal }));
    } catch (error) {
      if (!stop.current.signal.aborted) setProblem(callFailure(error).message);
    }
    setDoing({ kind: "idle" });
  };
  const add = async (): Promise<void> => {
    const command = entry();
    if (!command) return;
    setDoing({ kind: "saving" });
    const label = name.trim() || command.command.split(/[\\/]/).at(-1) || command.command;
    try {
      const { config } = await rpc.agents.config();
      const known = (await rpc.agents.list()).map((agent) => agent.id);
      const id = idFor(label, [...known, ...Object.keys(config)]);
      await rpc.agents.patchConfig({ agents: { [id]: { label, ...command } } });
      onDone();
    } catch (error) {
      setProblem(callFailure(error).message);
      setDoing({ kind: "idle" });
    }
  };
  const busy = doing.kind !== "idle";
  return (
    <form
      aria-label="Add an agent by its command"
      className="flex flex-col gap-3 rounded-card border border-line bg-raised p-3"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Field label="Command" hint="A program that speaks the Agent Client Protocol on its input and output." error={problem}>
        {(ids) => (
          <Input
            {...ids}
            autoFocus
            required
            placeholder="my-agent --acp"
            className="font-mono text-code"
            value={line}
            onChange={(event) => {
              setLine(event.target.value);
              setProblem(null);
            }}
          />
        )}
      </Field>
      <Field label="Name">
        {(ids) => <Input {...ids} placeholder="As the command" value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        {doing.kind === "trying" ? (
          <Button onClick={() => stop.current?.abort()}>Stop</Button>
        ) : (
          <Button disabled={busy || line.trim() === ""} onClick={() => void begin()}>
            Try
          </Button>
        )}
        <MainButton type="submit" disabled={busy || line.trim() === ""}>
          Add
        </MainButton>
        <Button
          variant="plain"
          onClick={() => {
            stop.current?.abort();
            onDone();
          }}
        >
          Cancel
        </Button>
        {doing.kind === "trying" ? (
          <span role="status" className="inline-flex items-center gap-1.5 text-small text-muted">
            <StateDot state="working" />
            Asking it <AskingFor since={doing.since} />
          </span>
        ) : null}
      </div>
      {tried ? <Outcome tried={tried} /> : null}
    </form>
  );
}

function Outcome({ tried }: { tried: TriedAgent }): React.JSX.Element {
  const { works, message, version, path, capabilities, models, output } = tried;
  const facts: [string, string][] = [
    ["Program", path ?? ""],
    ["Version", version ?? ""],
    ["It can", capabilities.join(", ")],
    ["Models", models.map((model) => model.name).join(", ")],
  ];
  return (
    <div role="status" aria-label="What came of it" className="selectable flex flex-col gap-1.5 text-small">
      <p className="inline-flex items-start gap-1.5">
        <span className="pt-1">
          <StateDot state={works ? "idle" : "failed"} />
        </span>
        <span className={works ? "" : "break-words text-removed"}>{works ? "It answers, and opens a session." : message}</span>
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 pl-4 text-muted">
        {facts.map(([fact, value]) =>
          value === "" ? null : (
            <div key={fact} className="contents">
              <dt className="text-faint">{fact}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ),
        )}
      </dl>
      {output.length > 0 ? (
        <pre className="max-h-40 overflow-auto rounded-control border border-line bg-canvas p-2 whitespace-pre-wrap break-words">
          {output.join("\n")}
        </pre>
      ) : null}
    </div>
  );
}
