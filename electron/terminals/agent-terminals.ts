import { fail, ok } from "../../shared/result.ts";
import type { AgentTerminals } from "../agents/port.ts";
import type { PtyExit } from "./pty.ts";
import type { TerminalsDeps, TerminalsService } from "./service.ts";
import { createTail, type Tail } from "./tail.ts";

const cols = 120;
const rows = 30;

type Held = { tail: Tail; exit: PtyExit | null; exited: Promise<PtyExit> };

/**
 * The terminals of one agent in one session: commands it runs as real PTYs, shown to the person as tabs. Each is the
 * agent's until it is released; what it printed is kept up to the limit the agent gave.
 */
export function createAgentTerminals(
  { service, placeOf, shellEnv }: { service: TerminalsService } & Pick<TerminalsDeps, "placeOf" | "shellEnv">,
  sessionId: string,
  agentId: string,
): AgentTerminals {
  const held = new Map<string, Held>();
  return {
    async create({ command, args, cwd, env, maxBytes }) {
      const place = await placeOf(sessionId);
      if (!place.ok) return fail({ type: "unavailable", message: place.error.message });
      const tail = createTail(maxBytes);
      const started = service.start({
        sessionId,
        owner: agentId,
        title: [command, ...args].join(" ").replaceAll(/\s+/g, " ").slice(0, 120),
        command,
        args,
        cwd,
        env: { ...(await shellEnv(place.value.projectId)), ...env },
        cols,
        rows,
        holds: false,
        onData: tail.add,
      });
      if (!started.ok) return fail({ type: "start-failed", message: started.error.message });
      const entry: Held = { tail, exit: null, exited: started.value.live.exited };
      void entry.exited.then((exit) => (entry.exit = exit));
      held.set(started.value.terminal.id, entry);
      return ok(started.value.terminal.id);
    },
    output(terminalId) {
      const entry = held.get(terminalId);
      return entry ? { ...entry.tail.read(), exit: entry.exit } : null;
    },
    async waitForExit(terminalId) {
      return (await held.get(terminalId)?.exited) ?? null;
    },
    async kill(terminalId) {
      if (held.has(terminalId)) await service.stop(terminalId);
    },
    async release(terminalId) {
      if (held.delete(terminalId)) await service.release(terminalId);
    },
  };
}
