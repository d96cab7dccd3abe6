import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import { rpc } from "../rpc.ts";
import { terminalColors } from "./terminal-theme.ts";

/** What a page asks of one terminal of the core, in the name of the ticket that it attached with. */
export class TerminalCalls {
  readonly id: string;
  #ticket: string | null = null;

  constructor(id: string) {
    this.id = id;
  }

  async attach(signal: AbortSignal): Promise<AsyncIterable<TerminalOutput>> {
    const { ticket } = await rpc.terminals.ticket({ id: this.id }, { signal });
    this.#ticket = ticket;
    return rpc.terminals.attach({ id: this.id, ticket }, { signal });
  }

  write(data: string): Promise<unknown> {
    return rpc.terminals.write({ id: this.id, data, ...(this.#ticket === null ? {} : { ticket: this.#ticket }) });
  }

  acknowledge(chars: number): void {
    if (this.#ticket === null) return;
    rpc.terminals.acknowledge({ id: this.id, ticket: this.#ticket, chars }).catch(() => {
      // The connection is gone, and with it the core's count of what was not drawn.
    });
  }

  /** `used`: the person is in this window. Resolves to whether it was told. */
  async fit(size: { cols: number; rows: number }, used: boolean): Promise<boolean> {
    if (this.#ticket === null) return false;
    try {
      await rpc.terminals.fit({ id: this.id, ticket: this.#ticket, ...size, used, colors: terminalColors() });
      return true;
    } catch {
      return false; // The terminal is gone or the connection is; both are shown elsewhere.
    }
  }
}
