import type { McpServer, McpTool } from "../../shared/contract/mcp.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { StateDot } from "../ui/state-dot.tsx";

/** What a server told when it was asked: that it works, with its tools, or why not. */
export function McpToldView({ server, busy }: { server: McpServer; busy: boolean }): React.JSX.Element | null {
  const { told } = server;
  if (busy)
    return (
      <p role="status" className="inline-flex items-center gap-1.5 text-small text-muted">
        <StateDot state="working" />
        Asking it for its tools…
      </p>
    );
  if (!told || server.state !== "on") return null;
  const { problem, tools, title } = told;
  const waiting = tools.filter(({ state }) => state !== "approved");
  return (
    <div role="status" aria-label={`What ${server.name} told`} className="flex flex-col gap-1 text-small">
      <p className="inline-flex items-start gap-1.5">
        <span className="pt-1">
          <StateDot state={problem === null ? "idle" : "failed"} />
        </span>
        <span className={problem === null ? "min-w-0 break-words text-muted" : "selectable min-w-0 break-words text-removed"}>
          {visibleText(problem ?? [title, countTools(tools.length)].filter(Boolean).join(" · "))}
        </span>
      </p>
      {waiting.length > 0 ? <Waiting tools={waiting} isProgram={server.type === "stdio"} /> : null}
      {tools.length > 0 ? <Tools server={server} tools={tools} /> : null}
    </div>
  );
}

function Waiting({ tools, isProgram }: { tools: readonly McpTool[]; isProgram: boolean }): React.JSX.Element {
  return (
    <div role="alert" className="selectable rounded-control border border-line p-2">
      <p className="break-words text-changed">
        {isProgram ? "No agent gets these tools" : "No agent gets this server"} until you have seen what is new since it was
        approved:
      </p>
      <ul>
        {tools.map(({ name, description, was }) => (
          <li key={name} className="mt-1 break-words">
            <code>{visibleText(name)}</code> {was === null ? "is new" : "says something else"}: {visibleText(description)}
            {was === null ? null : <span className="text-muted"> It said: {visibleText(was)}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Tools({ server, tools }: { server: McpServer; tools: readonly McpTool[] }): React.JSX.Element {
  return (
    <details className="pl-4">
      <summary className="w-fit rounded-control text-muted hover:text-text">Its tools</summary>
      <ul aria-label={`Tools of ${server.name}`} className="selectable mt-1 flex flex-col gap-0.5">
        {tools.map(({ name, description }) => (
          <li key={name} className="break-words text-muted">
            <code className="text-text">{visibleText(name)}</code> {visibleText(description)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function countTools(count: number): string {
  return count === 0 ? "no tools" : count === 1 ? "1 tool" : `${count} tools`;
}
