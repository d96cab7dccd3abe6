import { useEffect, useState } from "react";
import { highlighter } from "./highlight.ts";
import type { CodeToken } from "./highlight-protocol.ts";

type Found = { code: string; lang: string; lines: CodeToken[][] | null };

/** Tokens of the code, per line; null while there are none, as for one that still grows (`live`): it is coloured as it ends. */
export function useHighlight(code: string, lang: string, live: boolean): CodeToken[][] | null {
  const [found, setFound] = useState<Found | null>(null);
  const known = live ? null : highlighter.known(code, lang);
  const unknown = known === undefined;
  useEffect(() => {
    if (!unknown) return;
    let current = true;
    void highlighter.highlight(code, lang).then((lines) => current && setFound({ code, lang, lines }));
    return () => void (current = false);
  }, [code, lang, unknown]);
  // What was found may have been forgotten meanwhile, for others.
  return known ?? (found?.code === code && found.lang === lang ? found.lines : null);
}
