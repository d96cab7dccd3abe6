import { fail } from "../../../shared/result.ts";
import type { AgentHost } from "../port.ts";

/** Of a session that nobody uses (yet). */
export const nobody: AgentHost = {
  onUpdate: () => undefined,
  requestPermission: async () => ({ kind: "cancelled" }),
  authorize: async () => false,
  ask: async () => ({ kind: "cancelled" }),
  terminals: {
    create: async () => fail({ type: "unsupported", message: "Nobody works in this session" }),
    output: () => null,
    waitForExit: async () => null,
    kill: async () => undefined,
    release: async () => undefined,
  },
};
