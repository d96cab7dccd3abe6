import type { Enforcement } from "./definition.ts";

const copilotMode = (name: string): string => `https://agentclientprotocol.com/protocol/session-modes#${name}`;

/**
 * By agent: tried with the versions named, against a scripted model and without a configuration of its own. In the
 * modes for a policy the agent asks before each edit and command, and Hearth answers as the policy says.
 */
const known: Record<string, Omit<Enforcement, "jsonEnv" | "inAnyMode"> & { inAnyMode?: true }> = {
  // 1.18.33: asks by its child's environment, in each of its modes; `plan` tells its model to change nothing, too.
  opencode: {
    asks: "yes",
    inAnyMode: true,
    modes: { plan: ["plan"] },
    looseModes: {},
  },
  practice: { asks: "yes", modes: {}, looseModes: {} },
  // Its tools ask in every mode; in `plan` its model is offered none that changes anything.
  hearth: { asks: "yes", inAnyMode: true, modes: { plan: ["plan"] }, looseModes: {} },
  // 0.24.4.
  qwen: {
    asks: "yes",
    modes: { ask: ["default"], "accept-edits": ["default"], plan: ["plan", "default"], full: ["default"] },
    looseModes: { "auto-edit": "edits", auto: "everything", yolo: "everything" },
  },
  // Adapter 0.49.0: its modes were seen; that `default` asks is from its documentation and the transcripts of 0.100.0.
  claude: {
    asks: "yes",
    modes: { ask: ["default"], "accept-edits": ["default"], plan: ["plan", "default"], full: ["default"] },
    looseModes: { acceptEdits: "edits", auto: "everything", bypassPermissions: "everything" },
  },
  // Adapter 2.6.0. It starts in `agent`, where it edits and runs commands unasked; in `read-only` it asks for each edit,
  // and runs commands in a sandbox that can't write unless it asks.
  codex: {
    asks: "yes",
    modes: { ask: ["read-only"], "accept-edits": ["read-only"], plan: ["read-only"] },
    looseModes: { "workspace-write": "everything", agent: "everything", "agent-full-access": "everything" },
  },
  // 0.61.0: its modes were seen; that `default` asks is from its documentation.
  gemini: {
    asks: "yes",
    modes: { ask: ["default"], "accept-edits": ["default"], plan: ["plan", "default"], full: ["default"] },
    looseModes: { autoEdit: "edits", yolo: "everything" },
  },
  // By its documentation: 1.0.102 opens no session without an account.
  copilot: {
    asks: "yes",
    modes: {
      ask: [copilotMode("agent")],
      "accept-edits": [copilotMode("agent")],
      plan: [copilotMode("plan"), copilotMode("agent")],
      full: [copilotMode("agent")],
    },
    looseModes: { [copilotMode("autopilot")]: "everything" },
  },
  // By its documentation: it has no permissions at all, and no mode or setting that brings any.
  pi: { asks: "no", modes: {}, looseModes: {} },
};

/** Of an agent of which nothing is known, or that isn't there any more. */
export const noEnforcement: Enforcement = { asks: "unknown", jsonEnv: {}, modes: {}, inAnyMode: false, looseModes: {} };

/** How an agent of the catalogue is held to Hearth's policies by what it offers itself. */
export function enforcementOf(agentId: string): Enforcement {
  return { ...noEnforcement, ...known[agentId] };
}
