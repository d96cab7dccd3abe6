import type { Run } from "../../shared/contract/runs.ts";
import type { Turn } from "../../shared/contract/chats.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import type { IntegrationContract } from "../../shared/integration-contract.ts";
import { promptText } from "../../shared/prompt.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { RunEventBody } from "../../shared/run-event.ts";
import type { AgentSessionHandle } from "../agents/port.ts";
import { toldBefore } from "./agent-words.ts";
import { accountText, handoverText, isCommand, missedRuns, mostTurns, type Handover, type MissedTurn } from "./handover.ts";
import { eventsOf, type ChatLineage } from "./chat-lineage.ts";
import type { LiveRuns } from "./live-runs.ts";
import type { RunServices } from "./ports.ts";
import { readTurns } from "./read-turns.ts";
import type { RunRecords } from "./run-records.ts";

export type HandoversDeps = {
  records: RunRecords;
  lineage: ChatLineage;
  live: LiveRuns;
  services: Pick<RunServices, "agents" | "chats" | "changes">;
};

/** What of a session decides what its agent is told. */
export type Opened = Pick<AgentSessionHandle, "how" | "wordsBeforeCommands">;

/** `before`: told ahead of the prompt, null for nothing. `contract`: the latest that a prompt of the chat came with. */
export type HandedOver = { before: string | null; contract: IntegrationContract | null };

const remembering: ReadonlySet<string> = new Set(["warm", "resumed", "replayed", "resumes", "replays"]);
/** Of so many turns back it is looked who was there. */
const lookBack = 200;

/** What an agent missed in a chat, found in the runs. */
export class Handovers {
  readonly #deps: HandoversDeps;

  constructor(deps: HandoversDeps) {
    this.#deps = deps;
  }

  /** What the agent would be told with the next prompt; null where there is nothing to tell. */
  preview = async (chatId: string, agentId: string): Promise<Result<Handover | null, Failure<"CHAT_NOT_FOUND">>> => {
    const { chats, agents } = this.#deps.services;
    if (!chats.find(chatId)) return failure("CHAT_NOT_FOUND", "There is no such chat", { field: "id" });
    return ok(await this.#find({ chatId, agentId }, remembering.has(agents.backend.outlook(chatId, agentId))));
  };

  /** How a chat began and what came of its latest turns, for who tells a person of it; null where none has ended. */
  async account(chatId: string): Promise<string | null> {
    const ended = this.#deps.lineage.listChat(chatId, lookBack).filter(({ endedAt }) => endedAt !== null);
    const [first] = ended;
    return first ? accountText(promptText(first.prompt), await this.#tellOf({ chatId }, ended.slice(-mostTurns), null)) : null;
  }

  /**
   * Before the run's prompt; `append` keeps what its agent is told of turns in the run's log. `goesOn`: it has had its
   * prompt.
   */
  async tell(
    run: Run,
    { opened, goesOn }: { opened: Opened; goesOn: boolean },
    append: (notice: RunEventBody) => void,
  ): Promise<HandedOver> {
    const given = this.#deps.records.contractFor(run);
    // Most agents know a command by its place: nothing stands before it.
    const mayTell = !goesOn && (opened.wordsBeforeCommands === true || !isCommand(run.prompt));
    const before = mayTell ? toldBefore(run, given, await this.#tellMissed(run, opened.how, append)) : null;
    return { before, contract: given?.contract ?? null };
  }

  async #tellMissed(
    { id, chatId, agentId }: Run,
    how: AgentSessionHandle["how"],
    append: (notice: RunEventBody) => void,
  ): Promise<string | null> {
    if (!this.#deps.services.chats.find(chatId)?.handover) return null;
    const missed = await this.#find({ id, chatId, agentId }, remembering.has(how));
    if (missed) append(noticeOf(missed));
    return missed && missed.text;
  }

  /** `remembers`: what it had a turn in, it knows. */
  async #find(at: { id?: string; chatId: string; agentId: string }, remembers: boolean): Promise<Handover | null> {
    const { records, lineage } = this.#deps;
    const last = lineage.listChat(at.chatId, 1, at.id).at(-1);
    // Most prompts go to whoever had the last turn.
    if (!last || (remembers && last.agentId === at.agentId && records.findSent(last.id))) return null;
    const before = lineage
      .listChat(at.chatId, lookBack, at.id)
      .filter(({ id, endedAt }) => endedAt !== null && records.findSent(id));
    const missed = missedRuns(before, at.agentId, remembers);
    if (missed.length === 0) return null;
    const told = missed.slice(-mostTurns);
    const text = handoverText(await this.#tellOf(at, told, at.agentId), missed.length - told.length);
    return { turns: missed.length, text };
  }

  /** `toWhom`: the agent whose own turns are told as its own; null where it is told to no agent. */
  async #tellOf(at: { id?: string; chatId: string }, runs: readonly Run[], toWhom: string | null): Promise<MissedTurn[]> {
    const { services } = this.#deps;
    const files = await services.changes.filesOfRuns(runs.map(({ id }) => id));
    const turns = await this.#turnsOf(at, runs);
    const labels = new Map(services.agents.list().map(({ id, label }) => [id, label]));
    return runs.map((run) => missedTurn(run, { turn: turns.get(run.id), files: files.get(run.id) ?? [], labels, toWhom }));
  }

  async #turnsOf({ id, chatId }: { id?: string; chatId: string }, runs: readonly Run[]): Promise<Map<string, Turn>> {
    const { records, lineage, live } = this.#deps;
    const events = eventsOf(records, lineage);
    const reader = { events, openCalls: (runId: string) => live.find(runId)?.openCalls() ?? [] };
    const page = await readTurns(reader, chatId, runs.length + 1, id === undefined ? {} : { before: { runId: id } });
    return new Map(page.turns.map((turn) => [turn.run.id, turn]));
  }
}

function noticeOf({ turns, text }: Handover): RunEventBody {
  const message = `It was told of ${turns === 1 ? "a turn" : `${turns} turns`} that it missed.`;
  return { type: "notice", payload: { kind: "handover", message, account: text } };
}

function missedTurn(
  run: Run,
  about: { turn: Turn | undefined; files: string[]; labels: ReadonlyMap<string, string>; toWhom: string | null },
): MissedTurn {
  const said = about.turn?.timeline.items.findLast((item) => item.kind === "text");
  return {
    by: run.agentId === about.toWhom ? null : (about.labels.get(run.agentId) ?? run.agentId),
    prompt: promptText(run.prompt),
    said: said?.kind === "text" ? said.text : "",
    files: about.files,
    status: run.status,
  };
}
