/**
 * Owns the highlighting worker: started with the first code block, ended and started anew when it doesn't answer in
 * time. Remembers the latest results, so that scrolling back draws code with its colours at once.
 */
import type { HighlightAnswer, HighlightRequest, CodeToken } from "./highlight-protocol.ts";

const patienceMs = 3_000;
const mostRemembered = 300;
/** Longer code stays without colours. */
const longestCode = 60_000;

type Waiting = { key: string; timer: ReturnType<typeof setTimeout>; resolve: (lines: CodeToken[][] | null) => void };

const remembered = new Map<string, CodeToken[][] | null>();
const waiting = new Map<number, Waiting>();
let worker: Worker | null = null;
let lastId = 0;

const keyOf = (code: string, lang: string): string => `${lang}\n${code}`;

/** What is known already; undefined when it has to be asked for. */
export function highlighted(code: string, lang: string): CodeToken[][] | null | undefined {
  if (lang === "" || code.length > longestCode) return null;
  return remembered.get(keyOf(code, lang));
}

/** Tokens per line; null when there is no grammar for it, or it took too long. Never rejects. */
export function highlight(code: string, lang: string): Promise<CodeToken[][] | null> {
  const known = highlighted(code, lang);
  if (known !== undefined) return Promise.resolve(known);
  worker ??= start();
  const id = (lastId += 1);
  worker.postMessage({ id, code, lang } satisfies HighlightRequest);
  return new Promise((resolve) => {
    waiting.set(id, { key: keyOf(code, lang), resolve, timer: setTimeout(restart, patienceMs) });
  });
}

function start(): Worker {
  const started = new Worker(new URL("./highlight-worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<HighlightAnswer>) => settle(data.id, data.lines));
  started.addEventListener("error", restart);
  return started;
}

function settle(id: number, lines: CodeToken[][] | null): void {
  const request = waiting.get(id);
  if (!request) return;
  waiting.delete(id);
  clearTimeout(request.timer);
  remembered.set(request.key, lines);
  const oldest = remembered.keys().next();
  if (remembered.size > mostRemembered && !oldest.done) remembered.delete(oldest.value);
  request.resolve(lines);
}

/** The one that hangs is the oldest; whatever waits behind it is given up with it and stays plain. */
function restart(): void {
  worker?.terminate();
  worker = null;
  for (const id of [...waiting.keys()]) settle(id, null);
}
