import { EventEmitter } from "node:events";

/** Where an end of a channel lives once it was handed to another process. */
export type Elsewhere = { message(data: unknown): void; closed(): void };

/** Electron's MessagePortMain: an emitter that holds its messages until `start`. */
export class MessagePortMain extends EventEmitter {
  partner: MessagePortMain | null = null;
  #elsewhere: Elsewhere | null = null;
  #early: unknown[] = [];
  #started = false;
  #closed = false;

  postMessage(data: unknown): void {
    this.partner?.receive(structuredClone(data));
  }

  start(): void {
    this.#started = true;
    for (const data of this.#early.splice(0)) this.emit("message", { data, ports: [] });
  }

  /** Either end's closing closes both, once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { partner } = this;
    if (this.#elsewhere) this.#elsewhere.closed();
    else this.emit("close");
    partner?.close();
  }

  receive(data: unknown): void {
    if (this.#elsewhere) this.#elsewhere.message(data);
    else if (this.#started) this.emit("message", { data, ports: [] });
    else this.#early.push(data);
  }

  moveTo(elsewhere: Elsewhere): void {
    this.#elsewhere = elsewhere;
    for (const data of this.#early.splice(0)) elsewhere.message(data);
    if (this.#closed) elsewhere.closed();
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();
  constructor() {
    this.port1.partner = this.port2;
    this.port2.partner = this.port1;
  }
}
