import type { AgentHost } from "../port.ts";
import { planAsk } from "../programs/plan-question.ts";
import { questionAsk, questionsIn } from "../programs/question-form.ts";
import { permissionAsk, permissionResult, planResult, questionResult, stopped } from "./ask-forms.ts";
import type { AskContext, PermissionResult } from "./sdk.ts";

type Input = Record<string, unknown>;
type Deps = {
  workingCopyPath: string;
  cwd: string;
  host(): AgentHost;
  /** What the sub-agent is called whose call it is; undefined for the agent's own. */
  askerOf(toolUseId: string, agentId: string | undefined): string | undefined;
};

/** The agent's tools that are no calls but something to tell the person. */
const tellsPlan = "ExitPlanMode";
const asksPerson = "AskUserQuestion";

/** What the agent asks before it uses a tool, given to whoever decides: permissions, questions, plans. */
export class Asking {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async answer(name: string, input: Input, { signal, toolUseID, agentID }: AskContext): Promise<PermissionResult> {
    const asker = this.#deps.askerOf(toolUseID, agentID);
    const result = await this.#answer(name, input, { toolCallId: toolUseID, ...(asker === undefined ? {} : { asker }) }, signal);
    return signal.aborted ? stopped : result;
  }

  async #answer(
    name: string,
    input: Input,
    { toolCallId, ...who }: { toolCallId: string; asker?: string },
    signal: AbortSignal,
  ): Promise<PermissionResult> {
    const host = this.#deps.host();
    const questions = name === asksPerson ? questionsIn(input) : null;
    if (questions) return questionResult(questions, await host.ask({ ...questionAsk(questions), ...who }, signal), input);
    if (name === tellsPlan && typeof input["plan"] === "string")
      return planResult(await host.ask({ ...planAsk(input["plan"]), ...who }, signal), input);
    const ask = await permissionAsk(name, input, { ...this.#deps, toolCallId });
    if (signal.aborted) return stopped;
    // The call's card shows what is asked for.
    if (ask.action.diff) host.onUpdate({ type: "tool", tool: { id: toolCallId, diff: ask.action.diff } });
    return permissionResult(await host.requestPermission({ ...ask, ...who }, signal), input);
  }
}
