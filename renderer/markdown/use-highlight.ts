import { useEffect, useState, useSyncExternalStore } from "react";
import { highlight, highlighted } from "./highlight.ts";
import type { Token } from "./highlight-protocol.ts";

type Feed = { want(code: string, lang: string): void; subscribe(listener: () => void): () => void; get(): Token[][] | null };

/** One request at a time: while code streams in, the next one takes all that has come meanwhile. */
function createFeed(): Feed {
  let latest: Token[][] | null = null;
  let wanted: { code: string; lang: string } | null = null;
  let busy = false;
  const listeners = new Set<() => void>();

  async function work(): Promise<void> {
    busy = true;
    while (wanted) {
      const { code, lang } = wanted;
      wanted = null;
      latest = (await highlight(code, lang)) ?? latest;
      for (const listener of listeners) listener();
    }
    busy = false;
  }
  return {
    want(code, lang) {
      wanted = { code, lang };
      if (!busy) void work();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: () => latest,
  };
}

/** Tokens of the code, or of an earlier, shorter state of it while it grows; null while there are none. */
export function useHighlight(code: string, lang: string): Token[][] | null {
  const [feed] = useState(createFeed);
  const latest = useSyncExternalStore(feed.subscribe, feed.get);
  const known = highlighted(code, lang);
  const unknown = known === undefined;
  useEffect(() => {
    if (unknown) feed.want(code, lang);
  }, [feed, code, lang, unknown]);
  return known ?? latest;
}
