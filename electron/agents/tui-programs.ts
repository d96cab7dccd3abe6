import path from "node:path";
import type { Result } from "../../shared/result.ts";
import { AgentHooks, type AgentHooksDeps } from "./hooks/agent-hooks.ts";
import { launchTui, type LaunchedTui, type TuiFailure } from "./launch-tui.ts";

/** Agents' own programs on terminals: how each is started, and the notify hooks by which they tell what they do. */
export class TuiPrograms {
  readonly hooks: AgentHooks;
  readonly #registry: AgentHooksDeps["registry"];

  constructor({ registry, failpoint, folder }: Omit<AgentHooksDeps, "file"> & { folder: string }) {
    this.#registry = registry;
    this.hooks = new AgentHooks({ registry, failpoint, file: path.join(folder, "hooks.json") });
  }

  /** How it is started, anew or with `resume`; starts nothing. */
  launch(id: string, resume: { conversation: string | null } | null): Promise<Result<LaunchedTui, TuiFailure>> {
    return launchTui(this.#registry, id, resume);
  }
}
