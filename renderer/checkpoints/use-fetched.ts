import { useEffect, useEffectEvent, useState } from "react";
import { callFailure, type CallFailure } from "../rpc.ts";

export type Fetched<T> = { kind: "loading" } | { kind: "failed"; failure: CallFailure } | { kind: "ready"; value: T };

/**
 * What the core answers, fetched again whenever `key` changes (null: not now). The last answer for the same `subject`
 * stays while a new one is on its way, so that nothing flickers; answers that come too late are dropped.
 */
export function useFetched<T>(subject: string, key: string | null, fetch: () => Promise<T>): Fetched<T> & { again: () => void } {
  const [state, setState] = useState<{ subject: string; fetched: Fetched<T> }>({ subject, fetched: { kind: "loading" } });
  const [attempt, setAttempt] = useState(0);
  const load = useEffectEvent(fetch);
  useEffect(() => {
    if (key === null) return undefined;
    let wanted = true;
    load().then(
      (value) => wanted && setState({ subject, fetched: { kind: "ready", value } }),
      (error: unknown) => wanted && setState({ subject, fetched: { kind: "failed", failure: callFailure(error) } }),
    );
    return () => {
      wanted = false;
    };
  }, [subject, key, attempt]);
  const shown = state.subject === subject ? state.fetched : ({ kind: "loading" } as const);
  return { ...shown, again: () => setAttempt((count) => count + 1) };
}
