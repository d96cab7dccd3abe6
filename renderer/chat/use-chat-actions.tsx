import { useMemo } from "react";
import type { Agent } from "../../shared/contract/agents.ts";
import type { RunChoice, Turn } from "../../shared/contract/chats.ts";
import type { InboxItem } from "../../shared/contract/permissions.ts";
import type { ContentBlock } from "../../shared/prompt.ts";
import { PermissionCard } from "../approvals/permission-card.tsx";
import { QuestionCard } from "../approvals/question-card.tsx";
import { forkChat, goToCheckpoint, reviewTurn } from "../commands/actions.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useAgents, useInbox } from "../stores/app.ts";
import { drafts, outbox } from "../stores/open-chats.ts";
import type { ApprovalItem } from "../timeline/rows.ts";
import type { TimelineActions } from "../timeline/timeline-actions.ts";
import { toast } from "../ui/toast.tsx";

const goOnPrompt: ContentBlock[] = [{ type: "text", text: "You were interrupted. Go on where you left off." }];

/** What the rows of a chat can do, bound to the chat. */
export function useChatActions(sessionId: string, chatId: string, root: string, going: boolean): TimelineActions {
  const agents = useAgents();
  const inbox = useInbox();
  return useMemo(
    () => ({
      root,
      idle: !going,
      // A fork shows turns of the chat that it is of: what is sent goes to the one on the screen.
      retry: (turn) => send(chatId, turn, { prompt: turn.run.prompt, queue: going }),
      goOn: (turn) => send(chatId, turn, { prompt: goOnPrompt, queue: going }),
      stop: (runId) => void attempt("The run was not stopped", () => rpc.runs.cancel({ id: runId })),
      resume: (runId) => void attempt("The run was not resumed", () => rpc.runs.resume({ id: runId })),
      editAgain: ({ prompt }) => {
        drafts.putBack(chatId, prompt);
        document.querySelector<HTMLElement>("[data-pane-focused] [data-composer]")?.focus();
      },
      fork: (turn) => void forkChat(chatId, turn.run.id),
      review: reviewTurn,
      takeBack: (checkpointId) => goToCheckpoint(sessionId, checkpointId),
      agentLabel: (agentId) => agents.find((agent) => agent.id === agentId)?.label ?? agentId,
      modelLabel: (agentId, modelId) => modelName(agents, agentId, modelId),
      approvalCard: (item) => approvalCard(item, inbox),
    }),
    [sessionId, chatId, root, going, agents, inbox],
  );
}

function modelName(agents: readonly Agent[], agentId: string, modelId: string): string {
  return agents.find((agent) => agent.id === agentId)?.options.models.find((model) => model.id === modelId)?.name ?? modelId;
}

function approvalCard(item: ApprovalItem, inbox: readonly InboxItem[]): React.ReactNode {
  for (const entry of inbox) {
    if (entry.kind === "permission" && item.kind === "permission" && entry.permission.id === item.permissionId)
      return <PermissionCard request={entry.permission} />;
    if (entry.kind === "question" && item.kind === "question" && entry.question.id === item.request.questionId)
      return <QuestionCard question={entry.question} />;
  }
  return null;
}

function send(chatId: string, { run }: Turn, what: { prompt: ContentBlock[]; queue: boolean }): void {
  const choice: RunChoice = {
    agentId: run.agentId,
    modelId: run.requestedModelId,
    modeId: run.modeId,
    thinkingLevel: run.thinkingLevel,
  };
  outbox.send({ chatId, choice, from: "turn", ...what });
}

async function attempt(title: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    toast({ title, detail: callFailure(error).message, tone: "failed" });
  }
}
