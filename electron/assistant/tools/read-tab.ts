import * as z from "zod";
import { ok } from "../../../shared/result.ts";
import { fault } from "./fault.ts";
import { permit } from "./permit.ts";
import type { Tool, ToolCallContext, ToolOutcome } from "./tool.ts";

const input = z.object({ tab: z.string().max(100).optional().describe("as the list names it; default: the list") });
type Input = z.infer<typeof input>;

/** `name`: a chat's number or a terminal's id. `isPersons`: a terminal that the person opened, in which anything may stand. */
export type Tab = { name: string; kind: "chat" | "terminal"; title: string; state: string; isPersons: boolean };

/** The tabs of the session in which a chat is. */
export interface Tabs {
  list(chatId: string): Tab[];
  /** What it shows, as text; null where it is gone. */
  read(chatId: string, name: string, signal: AbortSignal): Promise<string | null>;
}

export function readTab({ tabs }: { tabs: Tabs }): Tool<Input> {
  return {
    name: "read_tab",
    description: "Lists the session's other chats and its terminals, or reads one.",
    shortDescription: "List the session's chats and terminals, or read one.",
    input,
    kind: "read",
    readsOnly: true,
    polls: true,
    modes: ["ask", "plan", "code"],
    title: ({ tab }) => tab ?? "",
    run: (wanted, call) => read(wanted, tabs, call),
  };
}

async function read({ tab: name }: Input, tabs: Tabs, call: ToolCallContext): Promise<ToolOutcome> {
  const all = tabs.list(call.chatId);
  if (name === undefined) return ok({ text: listText(all) });
  const tab = all.find((each) => each.name === name.replace(/^#/, ""));
  if (!tab) return fault("EXECUTION_FAILED", `There is no tab ${name}.`, { fields: ["tab"], attached: listText(all) });
  if (tab.isPersons) {
    const permitted = await permit(call, `Read the terminal ${tab.title}`, { kind: "read", terminalId: tab.name });
    if (!permitted.ok) return permitted;
  }
  const text = await tabs.read(call.chatId, tab.name, call.signal);
  if (call.signal.aborted) return fault("CANCELLED", "Stopped");
  if (text === null) return fault("EXECUTION_FAILED", `The tab ${name} is gone.`, { fields: ["tab"] });
  return ok({ text: `[${lineOf(tab)}]\n${text === "" ? "[It is empty.]" : text}` });
}

function listText(tabs: readonly Tab[]): string {
  return tabs.length === 0 ? "There are no other tabs." : tabs.map(lineOf).join("\n");
}

function lineOf({ name, kind, title, state }: Tab): string {
  return `${name}  ${kind}  ${title}${state === "" ? "" : `  (${state})`}`;
}
