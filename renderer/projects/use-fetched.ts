import { useCallback, useEffect, useState } from "react";
import { callFailure, type CallFailure } from "../rpc.ts";

/** `loading` keeps the value of before, so that what is shown doesn't jump while it is fetched again. */
export type Fetched<T> =
  | { phase: "loading"; value: T | null }
  | { phase: "ready"; value: T }
  | { phase: "failed"; value: T | null; failure: CallFailure };

/** What the core answers to `fetch`, asked again when `key` is another or `reload` is called. Late answers are dropped. */
export function useFetched<T>(key: string, fetch: () => Promise<T>): [Fetched<T>, () => void] {
  const [fetched, setFetched] = useState<Fetched<T>>({ phase: "loading", value: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false;
    setFetched((before) => ({ phase: "loading", value: before.value }));
    fetch().then(
      (value) => gone || setFetched({ phase: "ready", value }),
      (error: unknown) => gone || setFetched((before) => ({ phase: "failed", value: before.value, failure: callFailure(error) })),
    );
    return () => {
      gone = true;
    };
    // `fetch` is a new function on every draw; `key` says what it asks for.
  }, [key, round]);
  return [fetched, useCallback(() => setRound((count) => count + 1), [])];
}
