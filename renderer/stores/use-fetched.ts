import { useEffect, useEffectEvent, useState } from "react";
import { callFailure, type CallFailure } from "../rpc.ts";

/** `value` of a failure: what was known before. */
export type Fetched<T> =
  | { kind: "loading"; value: null }
  | { kind: "failed"; value: T | null; failure: CallFailure }
  | { kind: "ready"; value: T };

const loading = { kind: "loading", value: null } as const;

type Known<T> = { subject: string; fetched: Fetched<T> };

/**
 * What the core answers, fetched again whenever `key` changes (null: not now). The last answer for the same `subject`
 * stays while a new one is on its way, so that nothing flickers; answers that come too late are dropped.
 */
export function useFetched<T>(subject: string, key: string | null, fetch: () => Promise<T>): Fetched<T> & { again: () => void } {
  const [state, setState] = useState<Known<T>>({ subject, fetched: loading });
  const [attempt, setAttempt] = useState(0);
  const load = useEffectEvent(fetch);
  useEffect(() => {
    if (key === null) return undefined;
    let wanted = true;
    load().then(
      (value) => wanted && setState({ subject, fetched: { kind: "ready", value } }),
      (error: unknown) => wanted && setState((before) => failedAfter(before, subject, callFailure(error))),
    );
    return () => {
      wanted = false;
    };
  }, [subject, key, attempt]);
  const shown = state.subject === subject ? state.fetched : loading;
  return { ...shown, again: () => setAttempt((count) => count + 1) };
}

function failedAfter<T>(before: Known<T>, subject: string, failure: CallFailure): Known<T> {
  const value = before.subject === subject ? before.fetched.value : null;
  return { subject, fetched: { kind: "failed", value, failure } };
}
