import { EventEmitter } from "node:events";
import type { ToChild, ToShell } from "./utility-process.ts";

// What a utility process has of Electron: `process.parentPort`, and ports that come over it. Ports close when the
// process at their other end goes, the shell included.

const ports = new Map<number, ChildPort>();
const send = (message: ToShell): void => {
  if (process.connected) process.send?.(message);
};

class ChildPort extends EventEmitter {
  readonly id: number;
  #early: unknown[] = [];
  #started = false;
  constructor(id: number) {
    super();
    this.id = id;
  }
  postMessage(data: unknown): void {
    send({ kind: "port", id: this.id, data });
  }
  start(): void {
    this.#started = true;
    for (const data of this.#early.splice(0)) this.receive(data);
  }
  close(): void {
    send({ kind: "port-closed", id: this.id });
    this.closed();
  }
  receive(data: unknown): void {
    if (this.#started) this.emit("message", { data, ports: [] });
    else this.#early.push(data);
  }
  closed(): void {
    if (ports.delete(this.id)) this.emit("close");
  }
}

class ParentPort extends EventEmitter {
  postMessage(data: unknown): void {
    send({ kind: "parent", data });
  }
}

const parentPort = new ParentPort();
const early: { data: unknown; ports: ChildPort[] }[] = [];
parentPort.on("newListener", (event) => {
  if (event === "message") queueMicrotask(() => early.splice(0).forEach((message) => parentPort.emit("message", message)));
});
Object.defineProperty(process, "parentPort", { value: parentPort });

process.on("message", (message: ToChild) => {
  if (message.kind === "port") return ports.get(message.id)?.receive(message.data);
  if (message.kind === "port-closed") return ports.get(message.id)?.closed();
  const arrived = message.ports.map((id) => {
    const port = new ChildPort(id);
    ports.set(id, port);
    return port;
  });
  const event = { data: message.data, ports: arrived };
  if (!parentPort.emit("message", event)) early.push(event);
});
process.on("disconnect", () => {
  for (const port of ports.values()) port.closed();
});
