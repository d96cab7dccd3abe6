import { useEffect, useEffectEvent, useState } from "react";
import { callFailure, type CallFailure } from "../rpc.ts";

/** `loading` keeps the value of before, so that what is shown doesn't jump while it is fetched again. */
export type Fetched<T> =
  | { phase: "loading"; value: T | null }
  | { phase: "ready"; value: T }
  | { phase: "failed"; value: T | null; failure: CallFailure };

type Answer<T> = { ask: string; value: T | null; failure: CallFailure | null };

/** What the core answers to `fetch`, asked again when `key` is another or `reload` is called. Late answers are dropped. */
export function useFetched<T>(key: string, fetch: () => Promise<T>): [Fetched<T>, () => void] {
  const [answer, setAnswer] = useState<Answer<T>>({ ask: "", value: null, failure: null });
  const [round, setRound] = useState(1);
  const ask = `${round}:${key}`;
  const begin = useEffectEvent(fetch);
  useEffect(() => {
    let gone = false;
    begin().then(
      (value) => gone || setAnswer({ ask, value, failure: null }),
      (error: unknown) => gone || setAnswer((before) => ({ ask, value: before.value, failure: callFailure(error) })),
    );
    return () => {
      gone = true;
    };
  }, [ask]);
  return [toFetched(answer, ask), () => setRound(round + 1)];
}

function toFetched<T>(answer: Answer<T>, ask: string): Fetched<T> {
  if (answer.ask !== ask) return { phase: "loading", value: answer.value };
  if (answer.failure) return { phase: "failed", value: answer.value, failure: answer.failure };
  return answer.value === null ? { phase: "loading", value: null } : { phase: "ready", value: answer.value };
}
