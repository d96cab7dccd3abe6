import path from "node:path";
import { isRecord } from "../../../shared/is-record.ts";
import type { ToolDiff } from "../../../shared/run-event.ts";
import { reallyInside, readInside } from "../../lib/write-file.ts";
import { permissionAction } from "../acp/permission-action.ts";
import type { AgentAsk, AskOption, PermissionOutcome, QuestionOutcome } from "../port.ts";
import { planFurther, takesPlan } from "../programs/plan-question.ts";
import { answersOf, type Asked } from "../programs/question-form.ts";
import { calledTool, kindOf } from "../stream-json/tool-patch.ts";
import type { PermissionResult } from "./sdk.ts";

/** Rules that last are Hearth's own. */
const options: AskOption[] = [
  { id: "allow", name: "Allow once", effect: "allow", lasts: "once" },
  { id: "reject", name: "Reject", effect: "reject", lasts: "once" },
];
const maxFileBytes = 16 * 1024 * 1024;

type Input = Record<string, unknown>;

/** The tools that ask though its configuration would let them through, in each of its modes. */
export function askRules(mode: string | null): string[] {
  if (mode === "auto") return [];
  return mode === "acceptEdits" ? ["Bash"] : ["Bash", "Edit", "Write", "NotebookEdit"];
}

/** A call that needs a permission, from its structured fields only. The diff is of the whole file, as it would be. */
export async function permissionAsk(
  name: string,
  input: Input,
  at: { toolCallId: string; workingCopyPath: string; cwd: string },
): Promise<AgentAsk> {
  const { title = name, locations = [] } = calledTool(at.toolCallId, name, input);
  const diff = kindOf(name) === "edit" && locations[0] ? await diffOf(input, locations[0].path, at) : null;
  const content = diff ? [{ type: "diff", ...diff }] : [];
  const action = permissionAction({ kind: kindOf(name), rawInput: input, locations, content }, at.cwd);
  return { toolCallId: at.toolCallId, title: `${name} ${title}`.slice(0, 500), action, options };
}

/** Whatever isn't clearly an allowance is a refusal. A refusal isn't a stop: the agent goes on without. */
export function permissionResult(outcome: PermissionOutcome, input: Input): PermissionResult {
  if (outcome.kind === "selected" && outcome.allowed && outcome.optionId === "allow")
    return { behavior: "allow", updatedInput: input };
  if (outcome.kind === "cancelled") return stopped;
  const who = outcome.refusedBy === undefined ? "The person" : outcome.refusedBy;
  return { behavior: "deny", message: `${who} said no to this call. Don't try it by another way.`, interrupt: false };
}

export const stopped: PermissionResult = { behavior: "deny", message: "The turn was stopped.", interrupt: true };

/** The answers go back in the tool's input, by their question. */
export function questionResult(questions: readonly Asked[], outcome: QuestionOutcome, input: Input): PermissionResult {
  if (outcome.kind === "cancelled") return stopped;
  const answers = answersOf(questions, outcome);
  if (!answers) return { behavior: "deny", message: "The person doesn't want to answer.", interrupt: false };
  const byQuestion = questions.map(({ question }, index) => [question, (answers[index] ?? []).join(", ")]);
  return { behavior: "allow", updatedInput: { ...input, answers: Object.fromEntries(byQuestion) } };
}

export function planResult(outcome: QuestionOutcome, input: Input): PermissionResult {
  if (outcome.kind === "cancelled") return stopped;
  if (!takesPlan(outcome)) return { behavior: "deny", message: planFurther, interrupt: false };
  const asks = { type: "setMode", mode: "default", destination: "session" };
  return { behavior: "allow", updatedInput: input, updatedPermissions: [asks] };
}

async function diffOf(
  input: Input,
  named: string,
  { workingCopyPath, cwd }: { workingCopyPath: string; cwd: string },
): Promise<Pick<ToolDiff, "path" | "oldText" | "newText"> | null> {
  const file = path.resolve(cwd, named);
  const inside = await reallyInside(workingCopyPath, file);
  if (inside === null) return null;
  const read = await readInside(workingCopyPath, inside, maxFileBytes);
  if (!read.ok && read.error.code !== "FILE_NOT_FOUND") return null;
  // What a link leads to is another file than the one that is named.
  if (read.ok && read.value.mode === "120000") return null;
  const oldText = read.ok ? read.value.bytes.toString("utf8") : null;
  const newText = changed(oldText, input);
  return newText === null ? null : { path: file, oldText, newText };
}

/** The file as the call would leave it; null where nobody can say. */
function changed(before: string | null, input: Input): string | null {
  const { content, edits } = input;
  if (typeof content === "string") return content;
  const list = Array.isArray(edits) ? (edits as unknown[]) : [input];
  return list.reduce<string | null>((text, edit) => (text === null ? null : replaced(text, edit)), before ?? "");
}

function replaced(text: string, edit: unknown): string | null {
  if (!isRecord(edit)) return null;
  const { old_string: from, new_string: to, replace_all: all } = edit;
  if (typeof from !== "string" || typeof to !== "string") return null;
  if (from === "") return text === "" ? to : null;
  if (!text.includes(from)) return null;
  return all === true ? text.replaceAll(from, () => to) : text.replace(from, () => to);
}
