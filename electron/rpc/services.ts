import type { Composed } from "../compose/work.ts";
import type { Workspace } from "../compose/workspace.ts";
import type { createChatReader } from "../runs/chat-reader.ts";
import type { createSettingsService } from "../settings/settings-service.ts";
import type { createSystemService } from "../system/system-service.ts";

/** All services, by the noun of the contract that they answer for. */
export type Services = Omit<Workspace, "chats"> &
  Pick<Composed, "agents" | "changes" | "checkpoints" | "permissions" | "queue" | "runs" | "terminals"> & {
    chats: Workspace["chats"] & ReturnType<typeof createChatReader> & Pick<Composed, "agentSessions">;
    settings: ReturnType<typeof createSettingsService>;
    system: ReturnType<typeof createSystemService>;
  };
