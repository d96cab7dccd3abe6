import type { AgentsService } from "../agents/agents.ts";
import type { ChangesService } from "../changes/changes-service.ts";
import type { FilesService } from "../files/files-service.ts";
import type { PermissionsService } from "../permissions/service.ts";
import type { ProjectsService } from "../projects/projects-service.ts";
import type { ChatReader } from "../runs/chat-reader.ts";
import type { QueueService } from "../runs/queue-service.ts";
import type { RunsService } from "../runs/runs-service.ts";
import type { ChatsService } from "../sessions/chats-service.ts";
import type { LayoutService } from "../sessions/layout-service.ts";
import type { SessionRemoval } from "../sessions/session-removal.ts";
import type { SessionsService } from "../sessions/sessions-service.ts";
import type { createSettingsService } from "../settings/settings-service.ts";
import type { CheckpointsService } from "../snapshots/checkpoints.ts";
import type { StorageService } from "../storage/storage-service.ts";
import type { SystemService } from "../system/system-service.ts";
import type { TerminalsService } from "../terminals/service.ts";

/** All services that carry out the contract's verbs. */
export type Services = {
  agents: AgentsService;
  changes: ChangesService;
  chats: ChatsService;
  chatReader: ChatReader;
  checkpoints: CheckpointsService;
  files: FilesService;
  layout: LayoutService;
  permissions: PermissionsService;
  projects: ProjectsService;
  queue: QueueService;
  runs: RunsService;
  sessions: SessionsService;
  sessionRemoval: SessionRemoval;
  settings: ReturnType<typeof createSettingsService>;
  storage: StorageService;
  system: SystemService;
  terminals: TerminalsService;
};
