import { useState } from "react";
import { rpc } from "../rpc.ts";
import { attempt } from "./actions.ts";

/** Looks for the agents of this machine again, without starting any; and whether that goes on. */
export function useLookForAgents(): { busy: boolean; look: () => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const look = async (): Promise<void> => {
    setBusy(true);
    await attempt("The agents were not looked for", () => rpc.agents.refresh({ handshake: false }));
    setBusy(false);
  };
  return { busy, look };
}
