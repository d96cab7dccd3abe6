import type { Alarm, InboxItem, PermissionRequest, Question, WaitingTerminal } from "../../../shared/contract/permissions.ts";
import { questionFields, type FormField } from "../../../shared/form-fields.ts";
import { subjectOf } from "../../../shared/inbox.ts";
import { evidenceText } from "../../../shared/tui-words.ts";
import { actionText, askerOf, fillIn, howToAnswer, optionsOf } from "./approvals.ts";
import { choiceLines, choose } from "./choose.ts";
import { CliFailure } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { readField } from "./read-field.ts";
import { oneLine, table, type CommandTerminal } from "./terminal.ts";

export type AnswerOptions = { decline?: boolean; json?: boolean };

/** Lists what waits for a person, or answers one of it. */
export async function answer(
  rpc: HearthClient,
  io: CommandTerminal,
  id: string | undefined,
  words: readonly string[],
  options: AnswerOptions,
): Promise<void> {
  const inbox = await rpc.permissions.inbox();
  if (id === undefined) return list(io, inbox, options);
  const item = inbox.find((one) => one.id === id);
  if (!item) throw new CliFailure("NOT_WAITING", `Nothing waits under ${oneLine(id)}. \`hearth answer\` lists what does.`);
  const answered = await answerItem(rpc, io, item, words, options);
  if (options.json) io.json(answered);
  else io.note(`${answered.id}  ${answered.status}`);
}

function answerItem(
  rpc: HearthClient,
  io: CommandTerminal,
  item: InboxItem,
  words: readonly string[],
  options: AnswerOptions,
): Promise<PermissionRequest | Question | Alarm> {
  switch (item.kind) {
    case "permission":
      return answerPermission(rpc, item.permission, words, options);
    case "question":
      return answerQuestion(rpc, io, item.question, words, options);
    case "alarm":
      return answerAlarm(rpc, item.alarm, words);
    case "terminal":
      throw new CliFailure("INPUT_INVALID", `${tuiText(item.terminal)} It is answered there: \`hearth open\` shows it.`);
  }
}

function list(io: CommandTerminal, inbox: readonly InboxItem[], options: AnswerOptions): void {
  if (options.json) return io.json(inbox);
  if (inbox.length === 0) return io.note("Nothing waits for an answer.");
  const rows = inbox.map((item) => {
    const { id, sessionId, agentId } = subjectOf(item);
    return [id, sessionId, agentId, waitingText(item)];
  });
  for (const line of table(rows)) io.line(line);
}

function waitingText(item: InboxItem): string {
  switch (item.kind) {
    case "permission":
      return actionText(item.permission);
    case "question":
      return oneLine(item.question.message);
    case "alarm":
      return oneLine(item.alarm.message);
    case "terminal":
      return tuiText(item.terminal);
  }
}

function tuiText({ agentId, evidence }: WaitingTerminal): string {
  return `${agentId} waits for you in its terminal. ${oneLine(evidenceText(evidence))}`;
}

async function answerAlarm(rpc: HearthClient, alarm: Alarm, words: readonly string[]): Promise<Alarm> {
  const dismiss = choose(words.join(" "), [{ value: "dismiss", label: "Dismiss" }]);
  if (dismiss) return rpc.permissions.dismissAlarm({ id: alarm.id });
  const lines = [
    oneLine(alarm.message, 1000),
    ...(alarm.checkpointId ? [`Take it back with: hearth restore ${alarm.checkpointId}`] : []),
    `Or leave it so: hearth answer ${alarm.id} dismiss`,
  ];
  throw new CliFailure("INPUT_INVALID", lines.join("\n"));
}

async function answerPermission(
  rpc: HearthClient,
  request: PermissionRequest,
  words: readonly string[],
  { decline }: AnswerOptions,
): Promise<PermissionRequest> {
  const options = optionsOf(request);
  const option = decline
    ? options.find(({ kind }) => kind === "reject_once" || kind === "reject_always")
    : choose(words.join(" "), options);
  if (option) return rpc.permissions.answer({ id: request.id, optionId: option.value, remember: "once" });
  const lines = [
    `${askerOf(request)} asks: ${actionText(request)}`,
    ...choiceLines(options, oneLine),
    `Answer with one of these: hearth answer ${request.id} NUMBER`,
  ];
  throw new CliFailure("INPUT_INVALID", lines.join("\n"));
}

async function answerQuestion(
  rpc: HearthClient,
  io: CommandTerminal,
  question: Question,
  words: readonly string[],
  { decline }: AnswerOptions,
): Promise<Question> {
  const fields = questionFields(question);
  if (decline) return rpc.permissions.answerQuestion({ id: question.id, content: null });
  if (words.length === 0 && io.interactive) {
    io.note(io.bold(oneLine(question.message, 1000)));
    const content = await fillIn(io, fields, new AbortController().signal);
    return rpc.permissions.answerQuestion({ id: question.id, content });
  }
  const content = readContent(fields, words);
  if (typeof content !== "string") return rpc.permissions.answerQuestion({ id: question.id, content });
  const lines = [content, oneLine(question.message, 1000), ...howToAnswer(question, fields)];
  throw new CliFailure("INPUT_INVALID", lines.join("\n"));
}

/** The words of a command → a form's content, or what is wrong with them. One field takes all words; more are named. */
export function readContent(fields: readonly FormField[], words: readonly string[]): Record<string, unknown> | string {
  const [only, ...more] = fields;
  const texts = new Map<string, string>();
  if (only && more.length === 0) texts.set(only.name, words.join(" "));
  else
    for (const word of words) {
      const at = word.indexOf("=");
      const name = word.slice(0, Math.max(at, 0));
      if (!fields.some((field) => field.name === name)) return `${oneLine(word)}: Write it as NAME=VALUE.`;
      texts.set(name, word.slice(at + 1));
    }
  const content: Record<string, unknown> = {};
  for (const field of fields) {
    const read = readField(field, texts.get(field.name) ?? "");
    if (!read.ok) return `${oneLine(field.label)}: ${read.error}`;
    if (read.value !== undefined) content[field.name] = read.value;
  }
  return content;
}
