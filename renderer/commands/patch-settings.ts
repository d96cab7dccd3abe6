import type { Settings } from "../../shared/contract/settings.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useApp } from "../stores/app.ts";
import { toast } from "../ui/toast.tsx";

/** Saves settings, shown at once and taken back if the core refuses. */
export async function patchSettings(patch: Partial<Settings>): Promise<void> {
  const before = useApp.getState().app?.settings;
  if (!before) return;
  show({ ...before, ...patch });
  try {
    show((await rpc.settings.patch(patch)).settings);
  } catch (error) {
    show(before);
    toast({ title: "The setting was not saved", detail: callFailure(error).message, tone: "failed" });
  }
}

function show(settings: Settings): void {
  useApp.setState((state) => (state.app ? { app: { ...state.app, settings } } : state));
}
