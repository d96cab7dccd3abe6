import { readTags } from "../../shared/session-tags.ts";
import { rpc } from "../rpc.ts";
import { stopRenaming } from "../stores/frame.ts";
import { attempt } from "./actions.ts";
import { placeNow } from "./focus-pane.ts";
import { moveFocus } from "./move-focus.ts";

export async function renameSession(id: string, title: string): Promise<boolean> {
  return (await attempt("The session was not renamed", () => rpc.sessions.update({ id, title }))) !== null;
}

/** `text`: as a person writes them, with blanks or commas between them. */
export async function tagSession(id: string, text: string): Promise<boolean> {
  return (await attempt("The tags were not changed", () => rpc.sessions.update({ id, tags: readTags(text) }))) !== null;
}

export async function renameChat(id: string, title: string): Promise<boolean> {
  return (await attempt("The chat was not renamed", () => rpc.chats.update({ id, title }))) !== null;
}

/** The title is drawn again; the keys go to `selector`, else where they belong now. */
export function endRenaming(byKey: boolean, selector?: string): void {
  stopRenaming();
  if (byKey) moveFocus(() => (selector === undefined ? placeNow() : { best: [selector], otherwise: null }));
}
