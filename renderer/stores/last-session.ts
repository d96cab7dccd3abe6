import type { Session } from "../../shared/contract/sessions.ts";

/** Of those that aren't archived. Pure. */
export function lastSession<T extends Pick<Session, "status" | "updatedAt">>(sessions: readonly T[]): T | null {
  const open = sessions.filter(({ status }) => status === "open");
  return open.reduce<T | null>((last, one) => (last === null || one.updatedAt > last.updatedAt ? one : last), null);
}
