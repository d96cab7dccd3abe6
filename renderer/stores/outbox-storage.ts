import { outboxItem, type OutboxItem, type OutboxPort } from "./outbox.ts";

export const outboxKey = (key: string): string => `hearth.outbox.${key}`;

/** The outbox in the browser's storage, an entry a prompt, so that pages don't write over each other's. */
export const outboxStorage: OutboxPort["storage"] = {
  load: () => Object.keys(localStorage).flatMap((name) => (name.startsWith(outboxKey("")) ? read(name) : [])),
  save(item) {
    try {
      localStorage.setItem(outboxKey(item.key), JSON.stringify(item));
      return true;
    } catch {
      return false; // Full, or forbidden.
    }
  },
  has: (key) => localStorage.getItem(outboxKey(key)) !== null,
  remove: (key) => localStorage.removeItem(outboxKey(key)),
};

/** What an earlier version wrote otherwise is left alone. */
function read(name: string): OutboxItem[] {
  try {
    return [outboxItem.parse(JSON.parse(localStorage.getItem(name) ?? "null"))];
  } catch {
    return [];
  }
}
