import type { PermissionRequest, Question } from "../../../shared/contract/permissions.ts";
import type { PermissionOption } from "../../../shared/run-event.ts";
import { CliFailure } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { oneLine, type Terminal } from "./terminal.ts";
import { isRecord } from "../../../shared/is-record.ts";

/** How what an agent asks is answered from the command line. */
export type Asks = {
  /** Answers the request, or throws what the command ends with because nobody is there to answer. */
  permission(permissionId: string): Promise<void>;
  question(questionId: string): Promise<void>;
};

export function createAsks(rpc: HearthClient, io: Terminal, yes: boolean): Asks {
  return {
    async permission(permissionId) {
      // A rule or the session's policy may have answered already: only what waits is asked.
      const item = (await rpc.permissions.inbox()).find((one) => one.id === permissionId);
      if (item?.kind !== "permission") return;
      const request = item.permission;
      const option = yes ? onceOption(request) : io.interactive ? await choose(io, request) : null;
      if (!option) throw nobodyToAsk(request);
      if (yes) io.note(io.dim(`allowed: ${actionText(request)}`));
      await ignoreClosed(rpc.permissions.answer({ id: permissionId, optionId: option.optionId, remember: "once" }));
    },
    async question(questionId) {
      const item = (await rpc.permissions.inbox()).find((one) => one.id === questionId);
      if (item?.kind !== "question") return;
      const content = io.interactive ? await fillIn(io, item.question) : null;
      if (content === null) io.note(`The agent asked, and nobody was there to answer: ${oneLine(item.question.message, 500)}`);
      await ignoreClosed(rpc.permissions.answerQuestion({ id: questionId, content }));
    },
  };
}

function onceOption(request: PermissionRequest): PermissionOption | null {
  return (
    request.options.find((option) => option.kind === "allow_once") ??
    request.options.find((option) => option.kind === "allow_always") ??
    null
  );
}

async function choose(io: Terminal, request: PermissionRequest): Promise<PermissionOption | null> {
  io.note("");
  io.note(io.bold(`${request.agentId} asks: ${actionText(request)}`));
  for (const warning of request.warnings) io.note(`  ! ${oneLine(warning)}`);
  request.options.forEach((option, at) => io.note(`  ${at + 1}  ${oneLine(option.name)}`));
  for (;;) {
    const answer = await io.ask(`Choose 1–${request.options.length}: `);
    if (answer === null) return null;
    const option = request.options[Number(answer.trim()) - 1];
    if (option) return option;
  }
}

/** From the structured action only: the agent's own title is a claim. */
function actionText(request: PermissionRequest): string {
  const { action } = request;
  const what = action.command ?? action.url ?? action.paths?.join(", ");
  return oneLine(what === undefined ? `${action.kind} (${request.title})` : `${action.kind} ${what}`, 500);
}

function nobodyToAsk(request: PermissionRequest): CliFailure {
  return new CliFailure(
    "PERMISSION_NEEDED",
    `${request.agentId} asks for permission: ${actionText(request)}\nNobody is here to answer. Run it in a terminal, or allow such requests once each with --yes.`,
  );
}

/** A form's fields, one after the other; null when the person ends the input or there is no form. */
async function fillIn(io: Terminal, question: Question): Promise<Record<string, unknown> | null> {
  io.note("");
  io.note(io.bold(oneLine(question.message, 1000)));
  const content: Record<string, unknown> = {};
  for (const [name, field] of fieldsOf(question)) {
    const choices = field.choices.map((choice) => oneLine(choice)).join(" / ");
    const answer = await io.ask(`${oneLine(field.title)}${choices ? ` (${choices})` : ""}: `);
    if (answer === null) return null;
    content[name] = typed(answer.trim(), field.type);
  }
  return Object.keys(content).length > 0 ? content : null;
}

type Field = { title: string; type: string; choices: string[] };

function fieldsOf(question: Question): [string, Field][] {
  const properties = question.schema?.["properties"];
  if (isRecord(properties)) return Object.entries(properties).map(([name, schema]) => [name, fieldOf(name, schema)]);
  if (!question.options) return [];
  return [["answer", { title: "Answer", type: "string", choices: question.options.map((option) => option.value) }]];
}

function fieldOf(name: string, schema: unknown): Field {
  const { title, type, enum: choices } = isRecord(schema) ? schema : {};
  return {
    title: typeof title === "string" ? title : name,
    type: typeof type === "string" ? type : "string",
    choices: Array.isArray(choices) ? choices.map(String) : type === "boolean" ? ["yes", "no"] : [],
  };
}

function typed(text: string, type: string): unknown {
  if (type === "boolean") return /^(y|yes|true|1)$/i.test(text);
  if (type === "number" || type === "integer") return Number(text);
  return text;
}

/** Somebody answered in a window meanwhile: theirs counts. */
async function ignoreClosed(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code !== "PERMISSION_CLOSED" && code !== "QUESTION_CLOSED") throw error;
  }
}
