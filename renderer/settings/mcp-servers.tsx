import { useEffect, useState } from "react";
import type { McpList } from "../../shared/contract/mcp.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { McpForm } from "./mcp-form.tsx";
import { McpImports } from "./mcp-imports.tsx";
import { McpServerLine } from "./mcp-server-line.tsx";

/** The MCP servers of the person's file, each given to agents only as it was approved. */
export function McpServers(): React.JSX.Element {
  const [list, setList] = useState<McpList | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const [asked, setAsked] = useState<readonly string[]>([]);
  const [doing, setDoing] = useState<"adding" | "importing" | null>(null);
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
  const change = async (title: string, call: () => Promise<McpList>): Promise<boolean> => {
    const next = await attempt(title, call);
    if (next) setList(next);
    else await load();
    return next !== null;
  };
  const ask = async (name: string): Promise<void> => {
    setAsked((names) => [...names, name]);
    await change(`${name} was not asked`, () => rpc.mcp.check({ name }));
    setAsked((names) => names.filter((one) => one !== name));
  };
  const saved = (next: McpList, switchedOn: string | null): void => {
    setList(next);
    if (switchedOn !== null) void ask(switchedOn);
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <p className="w-full text-muted">
          Tools for agents in trusted projects, from their next session on. A server that has changed is asked about again.
        </p>
        <Button onClick={() => setDoing("adding")}>Add a server</Button>
        <Button onClick={() => setDoing("importing")}>From other programs</Button>
        <Button variant="plain" onClick={() => void load()}>
          Look again
        </Button>
      </div>
      {doing === "adding" ? <McpForm server={null} onSaved={saved} onDone={() => setDoing(null)} /> : null}
      {doing === "importing" ? <McpImports onSaved={setList} onDone={() => setDoing(null)} /> : null}
      {list.problems.map(({ field, line, message }) => (
        <p key={field} role="alert" className="selectable text-small break-words text-removed">
          {line === null ? "" : `Line ${line}: `}
          {visibleText(field)}: {message}
        </p>
      ))}
      {list.servers.length > 0 ? (
        <ul aria-label="MCP servers" className="rounded-card border border-line">
          {list.servers.map((server) => (
            <McpServerLine
              key={server.name}
              server={server}
              asked={asked.includes(server.name)}
              onChange={change}
              onAsk={() => void ask(server.name)}
              onSaved={saved}
            />
          ))}
        </ul>
      ) : doing !== null || list.problems.length > 0 ? null : (
        <EmptyState>No servers yet. One that you add here goes to every agent that takes it.</EmptyState>
      )}
      <p className="selectable text-small text-muted">
        The file: <code className="break-all">{list.path}</code>
      </p>
    </div>
  );
}
