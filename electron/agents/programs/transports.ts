import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Transport } from "../definition.ts";
import type { AgentFailure } from "../port.ts";
import type { AgentChild, ChildStart, Connector } from "./agent-child.ts";
import { withFreePort } from "./free-port.ts";

/** `note`: what the person should know of how it is spoken with, where it isn't the way that comes first. */
export type Connected = { child: AgentChild; note: string | null };

/**
 * Speaks with a program by the first of its transports that it understands. One that it turned out not to is passed
 * over from then on, for as long as the program is the same.
 */
export class Transports {
  readonly #connectors: Readonly<Record<string, Connector>>;
  /** Launch key → the transports that failed, and why. */
  readonly #passedOver = new Map<string, { protocols: Set<string>; note: string }>();

  constructor(connectors: Readonly<Record<string, Connector>>) {
    this.#connectors = connectors;
  }

  async connect(
    key: string,
    transports: readonly Transport[],
    start: Omit<ChildStart, "args" | "transport">,
  ): Promise<Result<Connected, AgentFailure>> {
    let last: AgentFailure = { type: "unsupported", message: `Nobody here speaks with ${start.label}` };
    for (const transport of transports) {
      const { protocol, args } = transport;
      const before = this.#passedOver.get(key);
      const connect = this.#connectors[protocol];
      if (!connect || before?.protocols.has(protocol)) continue;
      const connected = await connect({ ...start, transport, args: await withFreePort(args) });
      if (connected.ok) return ok({ child: connected.value, note: before?.note ?? null });
      last = connected.error;
      if (last.type !== "other-protocol") return fail(last);
      const protocols = new Set([...(before?.protocols ?? []), protocol]);
      this.#passedOver.set(key, { protocols, note: `${last.message} It is spoken with another way.` });
    }
    return fail(last);
  }
}
