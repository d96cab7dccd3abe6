import { useState } from "react";
import type { AgentHook } from "../../shared/contract/agent-hooks.ts";
import { tuiWords } from "../../shared/tui-words.ts";
import { Visible } from "../markdown/visible.tsx";
import { callFailure, rpc } from "../rpc.ts";
import { useAgent } from "../stores/app.ts";
import { closeDialog } from "../stores/frame.ts";
import { useFetched } from "../stores/use-fetched.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

/** An agent's notify hook: what it changes in a file of the person's, before it does; put in and taken out here. */
export function HookDialog({ agentId }: { agentId: string }): React.JSX.Element {
  const label = useAgent(agentId)?.label ?? agentId;
  const [changed, setChanged] = useState<AgentHook | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const fetched = useFetched(agentId, agentId, () => rpc.agents.hook({ id: agentId }));
  const hook = changed ?? fetched.value;
  const close = (): void => closeDialog("agent-hook");

  async function change(asked: AgentHook): Promise<void> {
    setProblem(null);
    try {
      const call = asked.isOn ? rpc.agents.removeHook : rpc.agents.addHook;
      setChanged(await call({ id: agentId, hash: asked.hash }));
    } catch (error) {
      setProblem(callFailure(error).message);
      setChanged(null);
      fetched.again();
    }
  }

  return (
    <Dialog
      title={`Notify hook of ${label}`}
      description={hook?.isOn ? "It is on: these lines would be taken out of your file again." : offer(label, hook)}
      width="46rem"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{changed ? "Done" : "Cancel"}</Button>
          {hook ? (
            <Button variant={hook.isOn ? "outline" : "filled"} disabled={hook.problem !== null} onClick={() => void change(hook)}>
              {hook.isOn ? "Take these lines out" : "Add these lines"}
            </Button>
          ) : null}
        </>
      }
    >
      {fetched.kind === "failed" && !hook ? (
        <ErrorState title="The change can’t be shown" action={<Button onClick={fetched.again}>Try again</Button>}>
          {fetched.failure.message}
        </ErrorState>
      ) : null}
      {!hook && fetched.kind === "loading" ? <Skeleton rows={4} label="Reading the file" /> : null}
      {hook ? <HookChange hook={hook} /> : null}
      {(problem ?? hook?.problem) ? (
        <p role="alert" className="mt-2 text-small break-words text-removed">
          {problem ?? hook?.problem}
        </p>
      ) : null}
    </Dialog>
  );
}

function offer(label: string, hook: AgentHook | null): string {
  const tells = hook?.tells.map((state) => tuiWords[state]).join(", ") ?? "";
  return `With it ${label} tells Hearth when it stands so: ${tells}. The lines do nothing outside of Hearth’s terminals, and can be taken out here.`;
}

function HookChange({ hook }: { hook: AgentHook }): React.JSX.Element {
  return (
    <>
      <p className="selectable font-mono text-code break-all">{hook.file}</p>
      {hook.patch === "" ? null : (
        <pre
          aria-label="The change"
          className="selectable mt-2 max-h-72 overflow-auto rounded-control border border-line bg-canvas p-2 font-mono text-code break-all whitespace-pre-wrap"
        >
          {hook.patch
            .trimEnd()
            .split("\n")
            .map((line, at) => (
              <span key={at} className={cx("block pl-[2ch] -indent-[2ch]", colorOf(line))}>
                <Visible text={line === "" ? " " : line} />
              </span>
            ))}
        </pre>
      )}
    </>
  );
}

function colorOf(line: string): string | null {
  if (line.startsWith("+")) return "text-added";
  if (line.startsWith("-")) return "text-removed";
  return line.startsWith("@@") || line.startsWith("\\") ? "text-faint" : null;
}
