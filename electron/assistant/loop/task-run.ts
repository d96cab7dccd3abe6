import { randomUUID } from "node:crypto";
import { ok, type Result } from "../../../shared/result.ts";
import type { TurnLimits } from "../../../shared/turn-limits.ts";
import type { TranscriptKey } from "../../store/transcripts.ts";
import { clip } from "../context/clip.ts";
import { Conversation, type ConversationDeps } from "../conversation/conversation.ts";
import { userMessage } from "../prompt/user-message.ts";
import { fault } from "../tools/fault.ts";
import { FilesSeen } from "../tools/files-seen.ts";
import type { Mode, Task, ToolCallContext, ToolFault } from "../tools/tool.ts";
import { TurnBudget } from "./turn-budget.ts";
import { TaskHost } from "./task-host.ts";
import { Turn, type TurnDeps } from "./turn.ts";

/** Where the conversations of a chat's tasks are stored. */
export type TaskLogs = Pick<ConversationDeps, "transcripts"> & Pick<TranscriptKey, "chatId" | "agentId">;

type Deps = TurnDeps & { tasks: TaskLogs };
type GivenDeps = Omit<Deps, "budget"> & { limits: TurnLimits };
type Call = Pick<ToolCallContext, "callId" | "signal">;

/** From what reads only to what does everything. */
const modes: readonly Mode[] = ["ask", "plan", "code"];

/** A turn whose model may give a part of it to a task, which is run beside it: its own conversation only gets a result. */
export function turnWithTasks({ limits, ...given }: GivenDeps): Turn {
  const { host } = given;
  const budget = new TurnBudget(limits, (message) => host.onUpdate({ type: "notice", kind: "warning", message }));
  const deps: Deps = { ...given, budget };
  const turn: Turn = new Turn({
    ...deps,
    calls: {
      ...deps.calls,
      beginTask: (task, call) => runTask(task, call, { ...deps, onReply: (usage) => turn.addUsage(usage) }),
    },
  });
  return turn;
}

/**
 * A task's requests begin as those of the turn do, so that the server has read that part already; of its messages they
 * have only the task. It ends with the turn, has no more rights, and what it uses is of the turn's limits.
 */
async function runTask({ task, title, mode }: Task, { callId, signal }: Call, deps: Deps): Promise<Result<string, ToolFault>> {
  const wanted = mode ?? deps.mode;
  if (modes.indexOf(wanted) > modes.indexOf(deps.mode))
    return fault("POLICY_VIOLATION", `The turn's mode is ${deps.mode}, and a task can do no more.`, { fields: ["mode"] });
  const { transcripts, chatId, agentId } = deps.tasks;
  const key = { chatId, agentId: `${agentId}/${callId}`, agentSessionId: randomUUID() };
  const conversation = Conversation.begin({ transcripts, key });
  await conversation.system(deps.isCompact, async () => deps.system);
  const { date = "" } = deps.conversation.told;
  conversation.add(userMessage([{ type: "text", text: task }], { mode: wanted, date }, {}));
  const ended = await new Turn({
    ...{ ...deps, conversation, mode: wanted, host: new TaskHost(deps.host, { callId, title }) },
    // What it reads, the turn's own model hasn't seen; what it changes, that has to read anew.
    ...{ calls: { ...deps.calls, files: new FilesSeen() }, measured: null, onMeasured: () => {} },
  }).run(signal);
  if (!ended.ok) return fault("EXECUTION_FAILED", `The task failed: ${ended.error.message}`);
  const { reason } = ended.value;
  if (reason === "cancelled") return fault("CANCELLED", "Stopped by the person");
  const said = lastWords(conversation);
  const words = said === "" ? "[The task ended without a word.]" : said;
  if (reason === "done") return ok(words);
  const why = reason === "paused" ? "a limit of the turn is reached" : reason;
  return ok([`[The task ended before it was done: ${why}.]`, words, ...callsMade(conversation)].join("\n"));
}

function lastWords({ messages }: Conversation): string {
  const last = messages.findLast(({ role, text }) => role === "assistant" && text.trim() !== "");
  return last?.text.trim() ?? "";
}

const mostCalls = 20;
const maxCallChars = 160;

/** What a task has done that can't say it any more. */
function callsMade({ messages }: Conversation): string[] {
  const failed = new Set(messages.flatMap((each) => (each.role === "tool" && each.failed ? [each.callId] : [])));
  const calls = messages.flatMap((each) => (each.role === "assistant" ? each.calls : []));
  if (calls.length === 0) return [];
  const lines = calls
    .slice(-mostCalls)
    .map(({ id, name, arguments: given }) => `- ${name} ${clip(given, maxCallChars)}${failed.has(id) ? " (failed)" : ""}`);
  return [`[It had made ${calls.length} ${calls.length === 1 ? "call" : "calls"}, the last:`, ...lines, "]"];
}
