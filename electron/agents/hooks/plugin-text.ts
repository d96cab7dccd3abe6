import { noticeFolderName } from "./recipes.ts";

/**
 * A plugin of opencode's that puts the events that matter into the terminal's folder, and does nothing elsewhere. What
 * sub-agents do in sessions of their own is their parent's turn still.
 */
export function pluginText(agentId: string, events: readonly string[]): string {
  return `// Added by Hearth at your word: tells Hearth what this agent does in a terminal of Hearth, and does nothing elsewhere.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.${noticeFolderName};
const events = ${JSON.stringify(events)};
const children = new Set();
let count = 0;

function tell(event) {
  const { sessionID, info, status, permission, questions } = event.properties ?? {};
  if (event.type === "session.created" && info?.parentID) children.add(info.id);
  if (!events.includes(event.type)) return;
  if (children.has(sessionID) && event.type.startsWith("session.")) return;
  count += 1;
  const notice = {
    session_id: children.has(sessionID) ? undefined : sessionID,
    notification_type: status?.type,
    message: permission ?? questions?.[0]?.question,
  };
  const part = join(folder, process.pid + "-" + count + ".part");
  writeFileSync(part, JSON.stringify(notice));
  renameSync(part, join(folder, process.pid + String(count).padStart(6, "0") + ".${agentId}." + event.type + ".json"));
}

function hear(event) {
  if (!folder) return;
  try {
    tell(event);
  } catch {
    // The terminal is gone, and nobody listens any more.
  }
}

export const HearthNotify = async () => {
  hear({ type: "plugin.loaded" });
  return { event: async ({ event }) => hear(event) };
};
`;
}
