/**
 * What is put into a page before its own scripts: the preload's isolated world, with `contextBridge` and `ipcRenderer`,
 * and the main world's end of the bridge. Both are sent as text. The worlds share no object; they meet in events on the
 * document, under a name that only these two know, which carry copies. Dispatching is synchronous, so calls over the
 * bridge are too, as Electron's are.
 */
export type BridgeValue =
  | { kind: "value"; value: unknown }
  | { kind: "object"; entries: [string, BridgeValue][] }
  | { kind: "function"; id: number }
  | { kind: "promise"; id: number }
  | { kind: "error"; message: string };

/** Serializes what crosses between page and shell; bytes are what oRPC sends besides text. */
export type Wire = { kind: "json"; text: string | null } | { kind: "bytes"; base64: string };

/** Where a page asks whether it may go to an address for which there is no request. */
export const mayNavigatePath = "/.stand-in/may-navigate";

type End = { pack(value: unknown): BridgeValue; unpack(value: BridgeValue): unknown };

/** One end of the bridge, the same in both worlds. Self-contained: it is sent as text. */
export function bridgeEnd(outgoing: string, incoming: string): End {
  const functions: ((...args: unknown[]) => unknown)[] = [];
  const promises = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  const { document: page, CustomEvent: Event } = globalThis as unknown as { document: Document; CustomEvent: typeof CustomEvent };
  const dispatch = page.dispatchEvent.bind(page);
  let answer: BridgeValue | null = null;

  const say = (detail: unknown): void => void dispatch(new Event(outgoing, { detail: JSON.stringify(detail) }));

  const pack = (value: unknown): BridgeValue => {
    if (typeof value === "function")
      return { kind: "function", id: functions.push(value as (...args: unknown[]) => unknown) - 1 };
    if (value instanceof Promise) {
      const id = functions.push(() => null);
      void value.then(
        (result) => say({ settle: id, value: pack(result) }),
        (error: unknown) =>
          say({ settle: id, value: { kind: "error", message: error instanceof Error ? error.message : String(error) } }),
      );
      return { kind: "promise", id };
    }
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { kind: "object", entries: Object.entries(value).map(([key, part]) => [key, pack(part)]) };
    return { kind: "value", value };
  };

  const unpack = (packed: BridgeValue): unknown => {
    if (packed.kind === "value") return packed.value;
    if (packed.kind === "error") throw new Error(packed.message);
    if (packed.kind === "object")
      return Object.freeze(Object.fromEntries(packed.entries.map(([key, part]) => [key, unpack(part)])));
    if (packed.kind === "promise") return new Promise((resolve, reject) => promises.set(packed.id, { resolve, reject }));
    return (...args: unknown[]) => {
      answer = null;
      say({ call: packed.id, args: args.map(pack) });
      const got = answer as BridgeValue | null;
      answer = null;
      return got ? unpack(got) : undefined;
    };
  };

  page.addEventListener(incoming, (event) => {
    const message = JSON.parse((event as CustomEvent<string>).detail) as {
      call?: number;
      args?: BridgeValue[];
      result?: BridgeValue;
      settle?: number;
      value?: BridgeValue;
    };
    if (message.result) answer = message.result;
    else if (message.settle !== undefined && message.value) {
      const waiting = promises.get(message.settle);
      promises.delete(message.settle);
      if (message.value.kind === "error") waiting?.reject(new Error(message.value.message));
      else waiting?.resolve(unpack(message.value));
    } else if (message.call !== undefined) {
      let result: BridgeValue;
      try {
        result = pack(functions[message.call]?.(...(message.args ?? []).map(unpack)));
      } catch (error) {
        result = { kind: "error", message: error instanceof Error ? error.message : String(error) };
      }
      say({ result });
    }
  });
  return { pack, unpack };
}

/** The main world: puts up what the preload exposes. Gone from the page's sight but for that. */
export function mainWorld(secret: string, makeEnd: typeof bridgeEnd): void {
  if (window.top !== window) return;
  const end = makeEnd(`${secret}:to-preload`, `${secret}:to-page`);
  const expose = (event: Event): void => {
    const [name, value] = JSON.parse((event as CustomEvent<string>).detail) as [string, BridgeValue];
    Object.defineProperty(window, name, { value: end.unpack(value), enumerable: true });
    event.preventDefault();
  };
  document.addEventListener(`${secret}:expose`, expose);
  document.dispatchEvent(new CustomEvent(`${secret}:ready`));
}

/** The isolated world: gives the preload its `require` and `process`, and returns what takes messages from the shell. */
export function preloadWorld(
  secret: string,
  makeEnd: typeof bridgeEnd,
  platform: string,
  askPath: string,
): {
  require(name: string): unknown;
  process: { platform: string };
  deliver(
    message:
      | { channel: string; args: unknown[]; ports: number[] }
      | { port: number; data: Wire }
      | { closed: number }
      | { reply: number; value?: unknown; error?: string },
  ): void;
} {
  const end = makeEnd(`${secret}:to-page`, `${secret}:to-preload`);
  const toShell = (globalThis as unknown as { standInShell: (text: string) => void }).standInShell;
  const send = (message: unknown): void => toShell(JSON.stringify(message));
  const listeners = new Map<string, Set<(event: unknown, ...args: unknown[]) => void>>();
  const ports = new Map<number, MessagePort>();
  const replies = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  const exposed: [string, BridgeValue][] = [];
  let lastCall = 0;

  // Either world may come first; the main one marks what it took.
  const expose = (entry: [string, BridgeValue]): boolean =>
    !document.dispatchEvent(new CustomEvent(`${secret}:expose`, { cancelable: true, detail: JSON.stringify(entry) }));
  document.addEventListener(`${secret}:ready`, () => exposed.splice(0).forEach(expose));

  const encode = (data: unknown): Wire => {
    if (!(data instanceof Uint8Array || data instanceof ArrayBuffer)) return { kind: "json", text: JSON.stringify(data) ?? null };
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    return { kind: "bytes", base64: btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join("")) };
  };
  const decode = (wire: Wire): unknown => {
    if (wire.kind === "json") return wire.text === null ? undefined : JSON.parse(wire.text);
    return Uint8Array.from(atob(wire.base64), (char) => char.codePointAt(0) ?? 0);
  };

  /** A real MessagePort for the page; what goes through its other end is carried to the shell. */
  const openPort = (id: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    ports.set(id, port1);
    port1.addEventListener("message", (event) => send({ kind: "port", id, data: encode(event.data) }));
    port1.addEventListener("close", () => send({ kind: "port-closed", id }));
    port1.start();
    return port2;
  };

  // Addresses without a request (blob:, about:, data:) can't be stopped on the network; the shell is asked while the
  // page waits, which the request's being synchronous sees to.
  const { navigation } = window as unknown as { navigation: EventTarget };
  navigation.addEventListener("navigate", (event) => {
    const { url } = (event as unknown as { destination: { url: string } }).destination;
    if (/^https?:/.test(url)) return;
    const question = new XMLHttpRequest();
    question.open("GET", `${location.origin}${askPath}?${encodeURIComponent(url)}`, false);
    question.send();
    if (question.status !== 204) event.preventDefault();
  });

  const ipcRenderer = {
    on(channel: string, listener: (event: unknown, ...args: unknown[]) => void) {
      listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener));
      return ipcRenderer;
    },
    off(channel: string, listener: (event: unknown, ...args: unknown[]) => void) {
      listeners.get(channel)?.delete(listener);
      return ipcRenderer;
    },
    send: (channel: string, ...args: unknown[]): void => send({ kind: "send", channel, args }),
    invoke: (channel: string, ...args: unknown[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        replies.set(++lastCall, { resolve, reject });
        send({ kind: "invoke", id: lastCall, channel, args });
      }),
  };
  const contextBridge = {
    exposeInMainWorld(name: string, api: unknown): void {
      const entry: [string, BridgeValue] = [name, end.pack(api)];
      if (!expose(entry)) exposed.push(entry);
    },
  };

  return {
    require(name) {
      if (name !== "electron") throw new Error(`A sandboxed preload can't load ${name}`);
      return { contextBridge, ipcRenderer };
    },
    process: { platform },
    deliver(message) {
      if ("channel" in message) {
        const event = { ports: message.ports.map(openPort) };
        for (const listener of listeners.get(message.channel) ?? []) listener(event, ...message.args);
      } else if ("port" in message) ports.get(message.port)?.postMessage(decode(message.data));
      else if ("closed" in message) {
        ports.get(message.closed)?.close();
        ports.delete(message.closed);
      } else {
        const waiting = replies.get(message.reply);
        replies.delete(message.reply);
        if (message.error === undefined) waiting?.resolve(message.value);
        else waiting?.reject(new Error(message.error));
      }
    },
  };
}
