import { useCallback, useEffect, useState } from "react";
import type { EmbeddedModels } from "../../shared/contract/embedded-models.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { onAppUpdate } from "./app.ts";

type Known = { view: EmbeddedModels | null; failure: CallFailure | null };

/** The models that Hearth serves itself, as they are by now, while somebody looks. */
export function useEmbeddedModels(): Known & { take: (view: EmbeddedModels) => void; again: () => void } {
  const [known, setKnown] = useState<Known>({ view: null, failure: null });
  const take = useCallback((view: EmbeddedModels) => setKnown({ view, failure: null }), []);
  const again = useCallback(
    () => void rpc.embedded.get().then(take, (error: unknown) => setKnown({ view: null, failure: callFailure(error) })),
    [take],
  );
  useEffect(() => {
    again();
    return onAppUpdate((update) => {
      if (update.type === "embedded-models") take(update.embedded);
      // What was told while the connection was broken is lost.
      else if (update.type === "snapshot") again();
    });
  }, [again, take]);
  return { ...known, take, again };
}
