import { contract, type Contract } from "../../shared/contract/contract.ts";

type Verb = { [Noun in keyof Contract]: `${Noun}.${keyof Contract[Noun] & string}` }[keyof Contract];

const usualMs = 30_000;
const longMs = 600_000;

/** What goes through the files of a working copy or asks programs: slow on a big repository, and no fault. */
const long: ReadonlySet<string> = new Set<Verb>([
  ...(["agents.diagnostic", "agents.refresh", "changes.apply", "changes.approve", "changes.diff", "changes.list"] as const),
  ...(["changes.reject", "changes.revert", "changes.committable", "checkpoints.create", "checkpoints.diff"] as const),
  ...(["checkpoints.restore", "projects.add", "projects.locate", "projects.trust", "projects.trustReport"] as const),
  ...(["sessions.bringBack", "sessions.create", "sessions.get", "sessions.recreate", "sessions.remove"] as const),
  ...(["agents.lookForUpdate", "changes.pictures", "changes.watch", "storage.free", "storage.report"] as const),
  ...(["embedded.add", "embedded.removeEngine", "embedded.update", "models.test"] as const),
]);
/** Hooks, downloads and a person's sign-in take as long as they take; the person has a Stop for it. */
const endless: ReadonlySet<string> = new Set<Verb>([
  ...(["agents.install", "agents.signIn", "changes.commit", "changes.draftCommit", "chats.summarize"] as const),
  ...(["embedded.installEngine", "embedded.load"] as const),
]);

/** Whether the call only asks: it may wait for the core. What changes something may not, as nobody wants it later. */
export function isRead(path: readonly string[]): boolean {
  const [noun, verb] = path;
  const procedures: Record<string, Record<string, { "~orpc": { route: { method?: string } } }>> = contract;
  return procedures[noun ?? ""]?.[verb ?? ""]?.["~orpc"].route.method === "GET";
}

/** How long the answer may take, or a stream's first word; null without end. */
export function limitOf(path: readonly string[]): number | null {
  const verb = path.join(".");
  if (endless.has(verb)) return null;
  return long.has(verb) ? longMs : usualMs;
}
