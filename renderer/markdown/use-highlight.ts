import { useEffect, useState, useSyncExternalStore } from "react";
import { highlight, highlighted } from "./highlight.ts";
import type { CodeToken } from "./highlight-protocol.ts";

/** One request at a time: while code streams in, the next one takes all that has come meanwhile. */
class HighlightFeed {
  #latest: CodeToken[][] | null = null;
  #wanted: { code: string; lang: string } | null = null;
  #busy = false;
  readonly #listeners = new Set<() => void>();

  want(code: string, lang: string): void {
    this.#wanted = { code, lang };
    if (!this.#busy) void this.#work();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly latest = (): CodeToken[][] | null => this.#latest;

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#wanted) {
      const { code, lang } = this.#wanted;
      this.#wanted = null;
      this.#latest = (await highlight(code, lang)) ?? this.#latest;
      for (const listener of this.#listeners) listener();
    }
    this.#busy = false;
  }
}

/** Tokens of the code, or of an earlier, shorter state of it while it grows; null while there are none. */
export function useHighlight(code: string, lang: string): CodeToken[][] | null {
  const [feed] = useState(() => new HighlightFeed());
  const latest = useSyncExternalStore(feed.subscribe, feed.latest);
  const known = highlighted(code, lang);
  const unknown = known === undefined;
  useEffect(() => {
    if (unknown) feed.want(code, lang);
  }, [feed, code, lang, unknown]);
  return known ?? latest;
}
