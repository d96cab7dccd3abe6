/**
 * Owns what was last chosen in each chat's composer, and what was chosen lately at all. Kept by the browser: it is a
 * convenience of this screen, and what a run was made with is on the run.
 */
import { create } from "zustand";
import * as z from "zod";
import type { RunChoice } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";

const options = z.object({ modelId: z.string().nullable(), modeId: z.string().nullable(), thinkingLevel: z.string().nullable() });
export type ChoiceOptions = z.infer<typeof options>;

const chatChoice = z.object({ agentId: z.string(), byAgent: z.record(z.string(), options) });
export type ChatChoice = z.infer<typeof chatChoice>;

const remembered = z.object({
  chats: z.record(z.string(), chatChoice),
  /** By what is picked ("agent", "model:opencode"), latest first. */
  recents: z.record(z.string(), z.array(z.string())),
});
type Remembered = z.infer<typeof remembered>;

const storageKey = "hearth.choices";
const mostChats = 300;
const mostRecents = 5;
export const agentsDefault: ChoiceOptions = { modelId: null, modeId: null, thinkingLevel: null };

export const useChoices = create<Remembered>(load);

function load(): Remembered {
  try {
    return remembered.parse(JSON.parse(localStorage.getItem(storageKey) ?? "null"));
  } catch {
    return { chats: {}, recents: {} }; // Never stored, or by a version that wrote it otherwise.
  }
}

function store(next: Remembered): void {
  useChoices.setState(next);
  try {
    localStorage.setItem(storageKey, JSON.stringify(next));
  } catch {
    // Full or forbidden: the choice still holds in this page.
  }
}

/** What the composer begins with: what was chosen here, else what the chat's last run was made with, else the fallback. */
export function beginChoice(known: ChatChoice | undefined, lastRun: Run | null, fallback: ChatChoice): ChatChoice {
  if (known) return known;
  if (!lastRun) return fallback;
  const { agentId, requestedModelId, modeId, thinkingLevel } = lastRun;
  return chatChoiceOf({ agentId, modelId: requestedModelId, modeId, thinkingLevel });
}

export function chatChoiceOf({ agentId, ...options }: RunChoice): ChatChoice {
  return { agentId, byAgent: { [agentId]: options } };
}

export function runChoiceOf({ agentId, byAgent }: ChatChoice): RunChoice {
  return { agentId, ...(byAgent[agentId] ?? agentsDefault) };
}

/** Another agent: its own earlier choices in this chat, or its defaults. */
export function withAgent(choice: ChatChoice, agentId: string): ChatChoice {
  return { ...choice, agentId };
}

export function withOption(choice: ChatChoice, part: Partial<ChoiceOptions>): ChatChoice {
  const before = choice.byAgent[choice.agentId] ?? agentsDefault;
  return { ...choice, byAgent: { ...choice.byAgent, [choice.agentId]: { ...before, ...part } } };
}

export function rememberChoice(chatId: string, choice: ChatChoice): void {
  const state = useChoices.getState();
  const { [chatId]: _before, ...others } = state.chats;
  const kept = Object.entries(others).slice(-(mostChats - 1));
  store({ ...state, chats: { ...Object.fromEntries(kept), [chatId]: choice } });
}

/** Notes that a value was picked; "the agent's default" is no value. */
export function noteRecent(what: string, value: string): void {
  const state = useChoices.getState();
  const list = [value, ...(state.recents[what] ?? []).filter((one) => one !== value)].slice(0, mostRecents);
  store({ ...state, recents: { ...state.recents, [what]: list } });
}

const noRecents: string[] = [];
export const useRecents = (key: string): string[] => useChoices((state) => state.recents[key] ?? noRecents);
