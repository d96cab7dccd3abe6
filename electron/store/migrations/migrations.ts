import { sql as init } from "./0001-init.ts";
import { sql as lateReport } from "./0002-late-report.ts";
import { sql as asking } from "./0003-asking.ts";
import { sql as alarms } from "./0004-alarms.ts";
import { sql as removedWorktrees } from "./0005-removed-worktrees.ts";
import { sql as setPlace } from "./0006-set-place.ts";
import { sql as gitBase } from "./0007-git-base.ts";
import { sql as restoreMode } from "./0008-restore-mode.ts";
import { sql as lastCount } from "./0009-last-count.ts";
import { sql as projectFolder } from "./0010-project-folder.ts";
import { sql as queueKeys } from "./0011-queue-keys.ts";
import { sql as transcripts } from "./0012-transcripts.ts";
import { sql as checkpointFolder } from "./0013-checkpoint-folder.ts";
import { sql as agentProofs } from "./0014-agent-proofs.ts";
import { sql as handover } from "./0015-handover.ts";
import { sql as mcpSwitches } from "./0016-mcp-switches.ts";
import { sql as ruleExpiry } from "./0017-rule-expiry.ts";
import { sql as terminalAgent } from "./0018-terminal-agent.ts";
import { sql as forkedAt } from "./0019-forked-at.ts";
import { sql as claimsOfAgents } from "./0020-claims-of-agents.ts";
import { sql as localModels } from "./0021-local-models.ts";
import { sql as turnLimits } from "./0022-turn-limits.ts";

/** In order; the schema's version is the number of the last one applied. */
export const migrations: readonly { version: number; name: string; sql: string }[] = [
  { version: 1, name: "init", sql: init },
  { version: 2, name: "late-report", sql: lateReport },
  { version: 3, name: "asking", sql: asking },
  { version: 4, name: "alarms", sql: alarms },
  { version: 5, name: "removed-worktrees", sql: removedWorktrees },
  { version: 6, name: "set-place", sql: setPlace },
  { version: 7, name: "git-base", sql: gitBase },
  { version: 8, name: "restore-mode", sql: restoreMode },
  { version: 9, name: "last-count", sql: lastCount },
  { version: 10, name: "project-folder", sql: projectFolder },
  { version: 11, name: "queue-keys", sql: queueKeys },
  { version: 12, name: "transcripts", sql: transcripts },
  { version: 13, name: "checkpoint-folder", sql: checkpointFolder },
  { version: 14, name: "agent-proofs", sql: agentProofs },
  { version: 15, name: "handover", sql: handover },
  { version: 16, name: "mcp-switches", sql: mcpSwitches },
  { version: 17, name: "rule-expiry", sql: ruleExpiry },
  { version: 18, name: "terminal-agent", sql: terminalAgent },
  { version: 19, name: "forked-at", sql: forkedAt },
  { version: 20, name: "claims-of-agents", sql: claimsOfAgents },
  { version: 21, name: "local-models", sql: localModels },
  { version: 22, name: "turn-limits", sql: turnLimits },
];
