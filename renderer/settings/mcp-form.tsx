import { useState, type FormEvent } from "react";
import type { McpList, McpServer } from "../../shared/contract/mcp.ts";
import { callFailure, rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input, TextArea } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Switch } from "../ui/switch.tsx";
import { McpValues } from "./mcp-values.tsx";
import { draftOf, wantedOf, type McpDraft } from "./mcp-wanted.ts";

const types = [
  { value: "stdio", label: "A program on this machine" },
  { value: "http", label: "An address (HTTP)" },
  { value: "sse", label: "An address (older, SSE)" },
] as const;

type Props = { server: McpServer | null; onSaved: (list: McpList, switchedOn: string | null) => void; onDone: () => void };

/** A new server, or one that is changed: written into the file, and switched on as it is written where that is asked for. */
export function McpForm({ server, onSaved, onDone }: Props): React.JSX.Element {
  const [draft, setDraft] = useState(() => draftOf(server));
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<McpDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    setProblem(null);
  };
  const save = async (on: boolean): Promise<void> => {
    const wanted = wantedOf(draft);
    if (!wanted.ok) return setProblem({ field: "entry", message: wanted.error });
    setBusy(true);
    try {
      const name = draft.name.trim();
      const list = await rpc.mcp.save({ name, entry: wanted.value, replace: server !== null });
      const saved = list.servers.find((one) => one.name === name);
      if (on && saved) onSaved(await rpc.mcp.approve({ name, hash: saved.hash }), name);
      else onSaved(list, null);
      onDone();
    } catch (error) {
      const { message, data } = callFailure(error);
      setProblem({ field: fieldOf(data), message });
      setBusy(false);
    }
  };
  const at = (field: string): string | null => (problem?.field === field ? problem.message : null);
  return (
    <form
      aria-label={server ? `Change ${server.name}` : "Add an MCP server"}
      className="flex flex-col gap-3 rounded-card border border-line bg-raised p-3"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save(true);
      }}
    >
      <What draft={draft} fixedName={server !== null} change={change} at={at} />
      <McpValues type={draft.type} rows={draft.values} onChange={(values) => change({ values })} />
      {draft.type === "stdio" ? (
        <div className="flex items-center gap-2">
          <Switch label="One process for all sessions" checked={draft.shared} onChange={(shared) => change({ shared })} />
          <span className="min-w-0 flex-1 text-small text-muted">
            One process for all sessions: only for a server that keeps nothing of a session and needs no folder of a project.
          </span>
        </div>
      ) : null}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="filled" disabled={busy}>
          Save and switch on
        </Button>
        <Button disabled={busy} onClick={() => void save(false)}>
          Save
        </Button>
        <Button variant="plain" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

type WhatProps = {
  draft: McpDraft;
  fixedName: boolean;
  change: (part: Partial<McpDraft>) => void;
  at: (field: string) => string | null;
};

function What({ draft, fixedName, change, at }: WhatProps): React.JSX.Element {
  const here = draft.type === "stdio";
  return (
    <>
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-40 flex-1">
          <Field label="Name" error={at("name")}>
            {(ids) => (
              <Input
                {...ids}
                autoFocus={!fixedName}
                required
                disabled={fixedName}
                placeholder="github"
                value={draft.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
        </div>
        <div className="flex flex-col gap-1">
          <span className="text-small font-medium text-muted">What it is</span>
          <Select label="What it is" value={draft.type} options={types} onChange={(type) => change({ type })} />
        </div>
      </div>
      <Field
        label={here ? "Command" : "Address"}
        hint={here ? "It runs with your rights. A package with its version, name@1.2.3, stays what it is." : undefined}
        error={at("entry")}
      >
        {(ids) =>
          here ? (
            <TextArea
              {...ids}
              required
              rows={2}
              spellCheck={false}
              placeholder="npx -y my-server@1.2.3"
              className="font-mono text-code"
              value={draft.line}
              onChange={(event) => change({ line: event.target.value })}
            />
          ) : (
            <Input
              {...ids}
              required
              placeholder="https://…/mcp"
              className="font-mono text-code"
              value={draft.line}
              onChange={(event) => change({ line: event.target.value })}
            />
          )
        }
      </Field>
    </>
  );
}

/** The name's own, else what the server is. */
function fieldOf(data: Record<string, unknown> | null): string {
  return data?.["field"] === "name" ? "name" : "entry";
}
