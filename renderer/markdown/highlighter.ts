import type { CodeToken, HighlightAnswer, HighlightRequest } from "./highlight-protocol.ts";

/** As much of a worker as is used. */
export type HighlightWorker = {
  post(request: HighlightRequest): void;
  end(): void;
};

export type HighlighterDeps = {
  /** Starts a worker, which tells what it found, or that it broke, until it is ended. */
  start(on: { answer: (answer: HighlightAnswer) => void; broken: () => void }): HighlightWorker;
  after(ms: number, run: () => void): () => void;
};

/** A text may be hostile to a grammar's expressions; but a machine may also be busy, so one that was slow has a second try. */
const patienceMs = [3_000, 12_000] as const;
/** Longer code stays without colours. */
const longestCode = 60_000;
/** Characters of code whose colours are remembered, so that scrolling back draws them at once. */
const mostRemembered = 400_000;

type Asked = { code: string; lang: string; tries: number; resolve: ((lines: CodeToken[][] | null) => void)[] };

/**
 * Owns the highlighting worker: started with the first code, ended and started anew when it doesn't answer in time. It has
 * one text at a time, so that a slow one costs no other its colours.
 */
export class Highlighter {
  readonly #deps: HighlighterDeps;
  readonly #remembered = new Map<string, { lines: CodeToken[][] | null; chars: number }>();
  #rememberedChars = 0;
  readonly #asked = new Map<string, Asked>();
  #worker: HighlightWorker | null = null;
  #under: { id: number; key: string; stopTimer: () => void } | null = null;
  #lastId = 0;

  constructor(deps: HighlighterDeps) {
    this.#deps = deps;
  }

  /** What is known already; undefined when it has to be asked for. */
  known(code: string, lang: string): CodeToken[][] | null | undefined {
    if (lang === "" || code.length > longestCode) return null;
    return this.#remembered.get(keyOf(code, lang))?.lines;
  }

  /** Tokens per line; null when there is no grammar for it, or none that can be had now. Never rejects. */
  highlight(code: string, lang: string): Promise<CodeToken[][] | null> {
    const known = this.known(code, lang);
    if (known !== undefined) return Promise.resolve(known);
    const key = keyOf(code, lang);
    const asked = this.#asked.get(key) ?? { code, lang, tries: 0, resolve: [] };
    this.#asked.set(key, asked);
    return new Promise((resolve) => {
      asked.resolve.push(resolve);
      this.#next();
    });
  }

  /** The latest first: it is what the reader has before them. */
  #next(): void {
    const [key, asked] = [...this.#asked].at(-1) ?? [];
    if (this.#under || key === undefined || !asked) return;
    this.#worker ??= this.#deps.start({ answer: (answer) => this.#take(answer), broken: () => this.#giveUp() });
    const id = (this.#lastId += 1);
    const stopTimer = this.#deps.after(patienceMs[asked.tries] ?? 0, () => this.#giveUp());
    this.#under = { id, key, stopTimer };
    this.#worker.post({ id, code: asked.code, lang: asked.lang });
  }

  #take(answer: HighlightAnswer): void {
    if (answer.id !== this.#under?.id) return;
    const { key, stopTimer } = this.#under;
    stopTimer();
    this.#under = null;
    this.#settle(key, answer.failed ? null : answer.lines, !answer.failed);
  }

  #giveUp(): void {
    this.#worker?.end();
    this.#worker = null;
    const under = this.#under;
    if (!under) return;
    under.stopTimer();
    this.#under = null;
    const asked = this.#asked.get(under.key);
    if (asked && (asked.tries += 1) < patienceMs.length) {
      // Behind the others, which may be quicker.
      this.#asked.delete(under.key);
      const others = [...this.#asked];
      this.#asked.clear();
      for (const [key, value] of [[under.key, asked] as const, ...others]) this.#asked.set(key, value);
      this.#next();
    } else this.#settle(under.key, null, true);
  }

  #settle(key: string, lines: CodeToken[][] | null, isLasting: boolean): void {
    const asked = this.#asked.get(key);
    this.#asked.delete(key);
    if (isLasting) this.#remember(key, lines);
    for (const resolve of asked?.resolve ?? []) resolve(lines);
    this.#next();
  }

  #remember(key: string, lines: CodeToken[][] | null): void {
    this.#remembered.set(key, { lines, chars: key.length });
    this.#rememberedChars += key.length;
    for (const [oldest, { chars }] of this.#remembered) {
      if (this.#rememberedChars <= mostRemembered) break;
      this.#remembered.delete(oldest);
      this.#rememberedChars -= chars;
    }
  }
}

const keyOf = (code: string, lang: string): string => `${lang}\n${code}`;
