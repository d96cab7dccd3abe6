import type { PermissionRequest, Question } from "../../../shared/contract/permissions.ts";
import { questionFields, type FormField } from "../../../shared/form-fields.ts";
import type { PermissionOption } from "../../../shared/run-event.ts";
import { choiceLines, choose, type LineChoice } from "./choose.ts";
import { CliFailure, toCliFailure } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { readField } from "./read-field.ts";
import { oneLine, type CommandTerminal } from "./terminal.ts";

type ApprovalsDeps = { rpc: HearthClient; io: CommandTerminal; yes: boolean };

/**
 * Owns what an agent asks of the person at this terminal, from the request to its answer here or elsewhere. There is
 * one line to type on, so requests take turns.
 */
export class TypedApprovals {
  readonly #deps: ApprovalsDeps;
  readonly #open = new Map<string, AbortController>();
  #last: Promise<void> = Promise.resolve();

  constructor(deps: ApprovalsDeps) {
    this.#deps = deps;
  }

  /** Answers the request, or throws what the command ends with because nobody is there to answer. */
  permission(id: string): Promise<void> {
    return this.#inTurn(id, (signal) => this.#askPermission(id, signal));
  }

  /** Answers the question. Where nobody can be asked, it says how to, and the run waits. */
  question(id: string): Promise<void> {
    return this.#inTurn(id, (signal) => this.#askQuestion(id, signal));
  }

  /** It was answered elsewhere, or withdrawn. */
  closed(id: string): void {
    this.#open.get(id)?.abort();
  }

  #inTurn(id: string, ask: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#open.set(id, controller);
    const turn = this.#last.then(async () => {
      try {
        if (!signal.aborted) await ask(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        this.#deps.io.note("It was answered elsewhere.");
      } finally {
        this.#open.delete(id);
      }
    });
    this.#last = turn.catch(() => {
      // Whoever asked is told; the next request has its turn all the same.
    });
    return turn;
  }

  async #askPermission(id: string, signal: AbortSignal): Promise<void> {
    const { rpc, io, yes } = this.#deps;
    // A rule or the session's policy may have answered already: only what waits is asked.
    const item = (await rpc.permissions.inbox()).find((one) => one.id === id);
    if (item?.kind !== "permission") return;
    const request = item.permission;
    const option = yes ? onceOption(request) : io.interactive ? await chooseOption(io, request, signal) : null;
    if (!option) throw nobodyToAsk(request);
    if (yes) io.note(io.dim(`allowed: ${actionText(request)}`));
    await ignoreClosed(rpc.permissions.answer({ id, optionId: option.optionId, remember: "once" }));
  }

  async #askQuestion(id: string, signal: AbortSignal): Promise<void> {
    const { rpc, io } = this.#deps;
    const item = (await rpc.permissions.inbox()).find((one) => one.id === id);
    if (item?.kind !== "question") return;
    const { question } = item;
    const fields = questionFields(question);
    io.note("");
    io.note(io.bold(oneLine(question.message, 1000)));
    if (!io.interactive) {
      for (const line of howToAnswer(question, fields)) io.note(line);
      return;
    }
    for (;;) {
      const content = await fillIn(io, fields, signal);
      try {
        return await ignoreClosed(rpc.permissions.answerQuestion({ id, content }));
      } catch (error) {
        const failure = toCliFailure(error);
        if (failure.code !== "INPUT_INVALID") throw error;
        io.note(failure.message);
      }
    }
  }
}

/** The request's options as its person sees them: by what they do, because their names are the agent's own words. */
export function optionsOf(request: PermissionRequest): (PermissionOption & LineChoice)[] {
  return request.options.map((option) => ({ ...option, value: option.optionId, label: optionLabels[option.kind] }));
}

const optionLabels: Record<PermissionOption["kind"], string> = {
  allow_once: "Allow once",
  allow_always: "Allow always (the agent will not ask again)",
  reject_once: "Reject",
  reject_always: "Reject always",
};

/** From the structured action only: the agent's own title is a claim. */
export function actionText(request: PermissionRequest): string {
  const { action } = request;
  const what = action.command ?? action.claim ?? action.url ?? action.terminalId ?? action.paths?.join(", ");
  return oneLine(what === undefined ? `${action.kind} (${request.title})` : `${action.kind} ${what}`, 500);
}

/** Who asks; a sub-agent by its agent's name for it. */
export function askerOf({ agentId, asker }: Pick<PermissionRequest, "agentId" | "asker">): string {
  if (asker === null) return agentId;
  return asker === "" ? `a sub-agent of ${agentId}` : `${agentId}’s sub-agent “${oneLine(asker, 100)}”`;
}

/** A question's fields and the command that answers it from elsewhere. */
export function howToAnswer(question: Question, fields: readonly FormField[]): string[] {
  const [only, ...more] = fields;
  const form = only && more.length === 0 ? "ANSWER" : fields.map(({ name }) => `${oneLine(name)}=…`).join(" ");
  return [
    ...fields.flatMap((field) => [
      ...(more.length > 0 ? [`${oneLine(field.label)}:`] : []),
      ...("choices" in field ? choiceLines(field.choices, oneLine) : []),
    ]),
    `Answer it with: hearth answer ${question.id} ${form}`,
  ];
}

/** The form, a field after the other, each asked again until it fits; null when the person ends the input. */
export async function fillIn(
  io: CommandTerminal,
  fields: readonly FormField[],
  signal: AbortSignal,
): Promise<Record<string, unknown> | null> {
  const content: Record<string, unknown> = {};
  for (const field of fields) {
    if ("choices" in field) for (const line of choiceLines(field.choices, oneLine)) io.note(line);
    for (;;) {
      const typed = await io.ask(`${oneLine(field.label)}${promptHint(field)}: `, signal);
      if (typed === null) return null;
      const read = readField(field, typed);
      if (read.ok) {
        if (read.value !== undefined) content[field.name] = read.value;
        break;
      }
      io.note(read.error);
    }
  }
  return content;
}

function promptHint(field: FormField): string {
  if (field.type === "boolean") return " [y/n]";
  if (field.type === "choice") return ` [1–${field.choices.length}]`;
  if (field.type === "choices") return ` [1–${field.choices.length}, with commas]`;
  return field.required ? "" : " (may be left out)";
}

function onceOption(request: PermissionRequest): PermissionOption | null {
  return (
    request.options.find((option) => option.kind === "allow_once") ??
    request.options.find((option) => option.kind === "allow_always") ??
    null
  );
}

async function chooseOption(
  io: CommandTerminal,
  request: PermissionRequest,
  signal: AbortSignal,
): Promise<PermissionOption | null> {
  const options = optionsOf(request);
  io.note("");
  io.note(io.bold(`${askerOf(request)} asks: ${actionText(request)}`));
  for (const warning of request.warnings) io.note(`  ! ${oneLine(warning)}`);
  for (const line of choiceLines(options, oneLine)) io.note(line);
  for (;;) {
    const typed = await io.ask(`Choose 1–${options.length}: `, signal);
    if (typed === null) return null;
    const option = choose(typed, options);
    if (option) return option;
  }
}

function nobodyToAsk(request: PermissionRequest): CliFailure {
  return new CliFailure(
    "PERMISSION_NEEDED",
    `${request.agentId} asks for permission: ${actionText(request)}\nNobody is here to answer. Run it in a terminal, or allow such requests once each with --yes.`,
  );
}

/** Somebody answered in a window meanwhile: theirs counts. */
async function ignoreClosed(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    const { code } = toCliFailure(error);
    if (code !== "PERMISSION_CLOSED" && code !== "QUESTION_CLOSED") throw error;
  }
}
