import * as z from "zod";
import type { ToolKind } from "../../../shared/run-event.ts";
import type { Call, Message } from "../conversation/message.ts";

/** What is carried on of messages that are left out, from one compaction to the next. */
export const ledger = z.object({
  /** The person's first words, and their latest where those are left out. */
  task: z.string(),
  asked: z.string().nullable(),
  changed: z.array(z.string()),
  read: z.array(z.string()),
  commands: z.array(z.string()),
  failures: z.array(z.string()),
  /** The arguments of the latest list of steps. */
  steps: z.string().nullable(),
  /** What the model said last. */
  said: z.string().nullable(),
});
export type Ledger = z.infer<typeof ledger>;

/** What a call was: its tool's kind and what a person reads of it; null for a call of no tool that there is. */
export type CallFacts = (call: Call) => { kind: ToolKind; title: string; isStepList: boolean } | null;

const maxItem = 200;
const most = { changed: 400, read: 100, commands: 12, failures: 8 };

/** `earlier` with what the messages add to it. Each file or command stands once, where it came last. */
export function ledgerOf(messages: readonly Message[], earlier: Ledger | null, facts: CallFacts): Ledger {
  const results = new Map(messages.flatMap((each) => (each.role === "tool" ? [[each.callId, each] as const] : [])));
  const next: Ledger = earlier
    ? { ...earlier, changed: [...earlier.changed], read: [...earlier.read], commands: [...earlier.commands] }
    : { task: "", asked: null, changed: [], read: [], commands: [], failures: [], steps: null, said: null };
  next.failures = [...next.failures];
  for (const message of messages) {
    if (message.role === "user") noteUser(next, message.text);
    if (message.role !== "assistant") continue;
    if (message.text.trim() !== "") next.said = cut(message.text.trim(), 3 * maxItem);
    for (const call of message.calls) noteCall(next, call, facts(call), results.get(call.id));
  }
  return { ...next, ...bounded(next) };
}

function noteUser(to: Ledger, text: string): void {
  if (to.task === "") to.task = text;
  else to.asked = text;
}

type ToolMessage = Extract<Message, { role: "tool" }>;

function noteCall(to: Ledger, call: Call, facts: ReturnType<CallFacts>, result: ToolMessage | undefined): void {
  if (!facts || !result) return;
  const title = cut(facts.title, maxItem);
  if (result.failed === true) return put(to.failures, `${title}: ${cut(firstLine(result.text), maxItem)}`);
  if (facts.isStepList) to.steps = call.arguments;
  const list = listFor(facts.kind);
  if (list) put(to[list], title);
}

function listFor(kind: ToolKind): "changed" | "read" | "commands" | null {
  switch (kind) {
    case "edit":
    case "delete":
    case "move":
      return "changed";
    case "read":
      return "read";
    case "execute":
      return "commands";
    default:
      return null;
  }
}

function put(list: string[], item: string): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
  list.push(item);
}

function bounded({ changed, read, commands, failures }: Ledger): Pick<Ledger, keyof typeof most> {
  return {
    changed: changed.slice(-most.changed),
    read: read.slice(-most.read),
    commands: commands.slice(-most.commands),
    failures: failures.slice(-most.failures),
  };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
