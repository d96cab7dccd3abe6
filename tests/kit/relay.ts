import net from "node:net";

type Pair = { ends: net.Socket[]; stalled: boolean };

/**
 * Stands between browser and host, on another loopback address with the host's own port, as the host refuses a foreign
 * one. Owns its listener and all connections until `close`.
 */
export class Relay {
  readonly #server: net.Server;
  readonly #pairs = new Set<Pair>();
  #swallowsAnswers = false;
  #refuses = false;

  private constructor(port: number) {
    this.#server = net.createServer((near) => this.#join(near, port));
  }

  static async open(port: number): Promise<Relay> {
    const relay = new Relay(port);
    await new Promise<void>((resolve, reject) => {
      relay.#server.once("error", reject);
      relay.#server.listen(port, relayAddress, resolve);
    });
    return relay;
  }

  /** What is connected stays so, and nothing passes any more: as after sleep, or behind a dead tunnel. */
  stall(): void {
    for (const pair of this.#pairs) pair.stalled = true;
  }

  /** What is sent still arrives, and no answer comes back. */
  swallowAnswers(): void {
    this.#swallowsAnswers = true;
  }

  /** Nobody gets in any more, until `restore`. */
  refuse(): void {
    this.#refuses = true;
  }

  /** Ends what is connected. */
  drop(): void {
    for (const pair of this.#pairs) endBoth(pair);
  }

  /** What stood still has lost data, so it ends: a browser would ask for its next page on such a connection and wait. */
  restore(): void {
    for (const pair of this.#pairs) if (pair.stalled) endBoth(pair);
    this.#swallowsAnswers = false;
    this.#refuses = false;
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(near: net.Socket, port: number): void {
    if (this.#refuses) return void near.destroy();
    const far = net.connect(port, "127.0.0.1");
    const pair = { ends: [near, far], stalled: false };
    this.#pairs.add(pair);
    near.on("data", (data) => pair.stalled || far.write(data));
    far.on("data", (data) => pair.stalled || this.#swallowsAnswers || near.write(data));
    const end = (): void => {
      if (pair.stalled && this.#pairs.has(pair) && !near.destroyed) return;
      near.destroy();
      far.destroy();
      this.#pairs.delete(pair);
    };
    for (const socket of pair.ends) socket.on("error", end).on("close", end);
  }
}

function endBoth({ ends }: Pair): void {
  for (const end of ends) end.destroy();
}

const relayAddress = "127.0.0.9";
/** For Chromium's command line: what it opens at the host's address goes to the relay. */
export const throughRelay = `--host-resolver-rules=MAP 127.0.0.1 ${relayAddress}`;
