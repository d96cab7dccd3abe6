import { useEffect, useState } from "react";
import type { McpList, McpServer } from "../../shared/contract/mcp.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Switch } from "../ui/switch.tsx";

/** The MCP servers of the person's file, each given to agents only as it was approved. */
export function McpServers(): React.JSX.Element {
  const [list, setList] = useState<McpList | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const load = (): Promise<void> => rpc.mcp.list().then(setList, (error: unknown) => setFailure(callFailure(error)));
  useEffect(() => void load(), []);
  if (failure && !list)
    return (
      <ErrorState
        title="The servers could not be read"
        details={`${failure.code}: ${failure.message}`}
        action={<Button onClick={() => void load()}>Try again</Button>}
      />
    );
  if (!list) return <Skeleton rows={4} label="Loading servers" />;
  const change = async (title: string, call: () => Promise<McpList>): Promise<void> => {
    const next = await attempt(title, call);
    if (next) setList(next);
    else await load();
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-48 flex-1 text-muted">
          Given to Claude Code and to agents that take them by the Agent Client Protocol, in trusted projects, from the next
          session on. OpenCode keeps a list of its own. A server that has changed is asked about again.
        </p>
        <Button onClick={() => void load()}>Look again</Button>
      </div>
      {list.problems.map(({ field, line, message }) => (
        <p key={field} role="alert" className="selectable text-small break-words text-removed">
          {line === null ? "" : `Line ${line}: `}
          {visibleText(field)}: {message}
        </p>
      ))}
      {list.servers.length === 0 ? (
        <EmptyState>No servers yet. They are written down as in other agents’ .mcp.json.</EmptyState>
      ) : (
        <ul aria-label="MCP servers" className="rounded-card border border-line">
          {list.servers.map((server) => (
            <ServerLine key={server.name} server={server} onChange={change} />
          ))}
        </ul>
      )}
      <p className="selectable text-small text-muted">
        The file: <code className="break-all">{list.path}</code>
      </p>
    </div>
  );
}

type LineProps = { server: McpServer; onChange: (title: string, call: () => Promise<McpList>) => Promise<void> };

function ServerLine({ server, onChange }: LineProps): React.JSX.Element {
  const { name, what, sets, hash, state, was } = server;
  const approve = (): void => void onChange(`${name} was not switched on`, () => rpc.mcp.approve({ name, hash }));
  const withdraw = (): void => void onChange(`${name} was not switched off`, () => rpc.mcp.withdraw({ name }));
  return (
    <li className="border-b border-line px-3 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="min-w-24 flex-1 font-medium break-words">{visibleText(name)}</span>
        {state === "changed" ? <Button onClick={approve}>Allow what it is now</Button> : null}
        <Switch label={`Agents get ${name}`} checked={state === "on"} onChange={(on) => (on ? approve() : withdraw())} />
      </div>
      <code className="selectable mt-0.5 block break-all">{visibleText(what)}</code>
      {sets.length > 0 ? <p className="text-small break-words text-muted">Sets {visibleText(sets.join(", "))}</p> : null}
      {was === null ? null : (
        <p role="alert" className="selectable text-small break-words text-changed">
          It has changed, so no agent gets it. Approved was:{" "}
          {was === what ? "the same with other values" : <code className="break-all">{visibleText(was)}</code>}
        </p>
      )}
    </li>
  );
}
