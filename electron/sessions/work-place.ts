import type { ChatsService } from "./chats-service.ts";
import type { SessionRecords } from "./session-records.ts";

/** Where an agent would work for this chat, once it is made; null where none may be started: nothing untrusted, nothing archived. */
export async function workPlace(
  { chats, sessions }: { chats: ChatsService; sessions: SessionRecords },
  chatId: string,
  signal: AbortSignal,
): Promise<{ projectId: string; workingCopyPath: string; folder: string } | null> {
  const chat = chats.find(chatId);
  if (!chat || chat.archived) return null;
  await sessions.whenReady(chat.sessionId, signal);
  const place = await sessions.placeOf(chat.sessionId);
  const copy = sessions.readyCopy(chat.sessionId);
  if (!place.ok || !copy.ok) return null;
  return { projectId: place.value.projectId, workingCopyPath: copy.value.path, folder: copy.value.folder };
}
