import { agentHooks } from "./agent-hooks.ts";
import { agentTrials } from "./agent-trials.ts";
import { agents } from "./agents.ts";
import { changes } from "./changes.ts";
import { chats } from "./chats.ts";
import { checkpoints } from "./checkpoints.ts";
import { embedded } from "./embedded-models.ts";
import { files } from "./files.ts";
import { layout } from "./layout.ts";
import { mcp } from "./mcp.ts";
import { models } from "./models.ts";
import { permissions } from "./permissions.ts";
import { projects } from "./projects.ts";
import { rules } from "./rules.ts";
import { runs } from "./runs.ts";
import { sessions } from "./sessions.ts";
import { settingsContract } from "./settings.ts";
import { storage } from "./storage.ts";
import { system } from "./system.ts";
import { terminals } from "./terminals.ts";

/** All that the core can do. Every carrier (MessagePort, WebSocket, REST + SSE) is made from it. */
export const contract = {
  agents: { ...agents, ...agentTrials, ...agentHooks },
  changes,
  chats,
  checkpoints,
  embedded,
  files,
  layout,
  mcp,
  models,
  permissions: { ...permissions, ...rules },
  projects,
  runs,
  sessions,
  settings: settingsContract,
  storage,
  system,
  terminals,
};
export type Contract = typeof contract;
