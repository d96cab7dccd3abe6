import { createContext, useContext, useState, type ReactNode } from "react";
import type { Turn } from "../../shared/contract/chats.ts";
import type { ApprovalItem } from "./rows.ts";

/** What rows can ask of the chat they are in. */
export type TimelineActions = {
  /** Sends the turn's prompt again, to the same agent. */
  retry: (turn: Turn) => void;
  /** Asks the agent of an interrupted turn to go on. */
  goOn: (turn: Turn) => void;
  stop: (runId: string) => void;
  resume: (runId: string) => void;
  /** Puts the prompt into the composer, to be changed and sent to whom the person likes. */
  editAgain: (run: Turn["run"]) => void;
  /** Opens a chat that goes on from behind the turn. */
  fork: (turn: Turn) => void;
  /** Shows the changes of the turn. */
  review: (turn: Turn) => void;
  /** Shows the session's history, where a checkpoint's files can be brought back. */
  takeBack: (checkpointId: string) => void;
  agentLabel: (agentId: string) => string;
  modelLabel: (agentId: string, modelId: string) => string;
  /** The card of an open request; null while its particulars aren't here yet. */
  approvalCard: (item: ApprovalItem) => ReactNode;
  /** The working copy's folder. */
  root: string;
  /** Whether a new run could begin now. */
  idle: boolean;
};

const Actions = createContext<TimelineActions | null>(null);
export const TimelineActionsProvider = Actions.Provider;

export function useTimelineActions(): TimelineActions {
  const actions = useContext(Actions);
  if (!actions) throw new Error("A timeline row is drawn outside of a timeline");
  return actions;
}

const TurnFolds = createContext<(runId: string) => void>(() => {});
/** Opens and folds what led to a turn's answer. */
export const TurnFoldsProvider = TurnFolds.Provider;

export function useTurnFolds(): (runId: string) => void {
  return useContext(TurnFolds);
}

const Opened = createContext<Set<string>>(new Set());
/** Which rows are open: kept apart from the rows, which go when they scroll out of sight. */
export const OpenedProvider = Opened.Provider;

export function useOpened(key: string): [open: boolean, toggle: () => void] {
  const opened = useContext(Opened);
  const [open, setOpen] = useState(() => opened.has(key));
  function toggle(): void {
    if (open) opened.delete(key);
    else opened.add(key);
    setOpen(!open);
  }
  return [open, toggle];
}
