import type { McpServer, McpTold, McpTool } from "../../shared/contract/mcp.ts";
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
  const { problem, tools, title, instructions } = told;
  const waiting = tools.filter(({ state }) => state !== "approved");
  const unseen = instructions?.state === "approved" ? null : instructions;
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
      {waiting.length > 0 || unseen ? <Waiting tools={waiting} instructions={unseen} /> : null}
      {tools.length > 0 || instructions ? <Tools server={server} told={told} /> : null}
    </div>
  );
}

type WaitingProps = { tools: readonly McpTool[]; instructions: McpTold["instructions"] };

function Waiting({ tools, instructions }: WaitingProps): React.JSX.Element {
  return (
    <div role="alert" className="selectable rounded-control border border-line p-2">
      <p className="break-words text-changed">No agent gets this until you have seen what is new since it was approved:</p>
      <ul>
        {instructions ? (
          <li className="mt-1 break-words">
            How to use it: {visibleText(instructions.text)}
            {instructions.was === null ? null : <span className="text-muted"> It said: {visibleText(instructions.was)}</span>}
          </li>
        ) : null}
        {tools.map((tool) => (
          <WaitingTool key={tool.name} tool={tool} />
        ))}
      </ul>
    </div>
  );
}

/** Of what agents are told of it besides its description, only where that is what is new. */
function WaitingTool({ tool: { name, description, more, was } }: { tool: McpTool }): React.JSX.Element {
  const isSameWords = was?.description === description;
  return (
    <li className="mt-1 break-words">
      <code>{visibleText(name)}</code>{" "}
      {was === null ? "is new" : isSameWords ? "takes or gives something else" : "says something else"}:{" "}
      {visibleText(description)}
      {was === null || isSameWords ? null : <span className="text-muted"> It said: {visibleText(was.description)}</span>}
      {more === "" || was?.more === more ? null : <More words={was ? `${more}\n\nBefore:\n${was.more}` : more} />}
    </li>
  );
}

function Tools({ server, told: { tools, instructions } }: { server: McpServer; told: McpTold }): React.JSX.Element {
  return (
    <details className="pl-4">
      <summary className="w-fit rounded-control text-muted hover:text-text">What it tells agents</summary>
      {instructions ? <p className="selectable mt-1 break-words text-muted">{visibleText(instructions.text)}</p> : null}
      <ul aria-label={`Tools of ${server.name}`} className="selectable mt-1 flex flex-col gap-0.5">
        {tools.map(({ name, description, more }) => (
          <li key={name} className="break-words text-muted">
            <code className="text-text">{visibleText(name)}</code> {visibleText(description)}
            {more === "" ? null : <More words={more} />}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What it takes and gives, as agents are told it. */
function More({ words }: { words: string }): React.JSX.Element {
  return (
    <details className="pl-4">
      <summary className="w-fit rounded-control text-muted hover:text-text">What it takes</summary>
      <pre className="max-h-56 overflow-auto font-mono text-code break-all whitespace-pre-wrap">{visibleText(words)}</pre>
    </details>
  );
}

function countTools(count: number): string {
  return count === 0 ? "no tools" : count === 1 ? "1 tool" : `${count} tools`;
}
