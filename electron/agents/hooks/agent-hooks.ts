import { createHash } from "node:crypto";
import type { AgentHook } from "../../../shared/contract/agent-hooks.ts";
import { failure, type Failure } from "../../../shared/errors.ts";
import { ok, type Result } from "../../../shared/result.ts";
import { childEnvironment } from "../child-environment.ts";
import type { AgentDefinition } from "../definition.ts";
import type { Registry } from "../registry.ts";
import { hookEdit, patchOf, type FileText, type HookEdit } from "./hook-edit.ts";
import { HookRecords, missingFolder, readText, removeEmptied, writeText, type HookRecord } from "./hook-files.ts";
import type { HookRecipe } from "./recipes.ts";

export type AgentHooksDeps = {
  registry: Pick<Registry, "find" | "surroundingsOf">;
  /** Where it stands what was done to whose file. */
  file: string;
  /** Called at labelled steps; tests end the process there. */
  failpoint: (label: string) => void;
};

type Known = { before: FileText; after: string };
type Step = { file: string; now: FileText; next: FileText; view: AgentHook; record: HookRecord | null };
type HookFailure = Failure<"AGENT_NOT_FOUND" | "AGENT_HOOK_FAILED">;

/** Notify hooks in the person's own configuration: shown before, put in at their word, and taken out to the byte. */
export class AgentHooks {
  readonly #deps: AgentHooksDeps;
  readonly #records: HookRecords;

  constructor(deps: AgentHooksDeps) {
    this.#deps = deps;
    this.#records = new HookRecords(deps.file);
  }

  async view(agentId: string): Promise<Result<AgentHook, HookFailure>> {
    const step = await this.#step(agentId);
    return step.ok ? ok(step.value.view) : step;
  }

  /** `hash`: of the change as the person saw it. */
  async add(agentId: string, hash: string): Promise<Result<AgentHook, HookFailure>> {
    const asked = await this.#asked(agentId, hash, false);
    if (!asked.ok) return asked;
    const { file, now, next } = asked.value;
    return this.#write(agentId, () => {
      const madeFolder = now === null ? missingFolder(file) : null;
      // What undoes it is on record first: whatever happens, the file can be put back.
      this.#records.set(agentId, { file, before: now, after: next ?? "", madeFolder });
      this.#deps.failpoint("hook.recorded");
      writeText(file, next);
      this.#deps.failpoint("hook.written");
    });
  }

  async remove(agentId: string, hash: string): Promise<Result<AgentHook, HookFailure>> {
    const asked = await this.#asked(agentId, hash, true);
    if (!asked.ok) return asked;
    const { file, next, record } = asked.value;
    return this.#write(agentId, () => {
      writeText(file, next);
      this.#deps.failpoint("hook.removed");
      if (next === null) removeEmptied(file, record?.madeFolder ?? null);
      this.#records.set(agentId, null);
    });
  }

  async #write(agentId: string, work: () => void): Promise<Result<AgentHook, HookFailure>> {
    try {
      work();
    } catch (error) {
      return failure(
        "AGENT_HOOK_FAILED",
        `Its file couldn't be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    return this.view(agentId);
  }

  async #asked(agentId: string, hash: string, isOn: boolean): Promise<Result<Step, HookFailure>> {
    const step = await this.#step(agentId);
    if (!step.ok) return step;
    const { view } = step.value;
    if (view.isOn !== isOn) return failure("AGENT_HOOK_FAILED", isOn ? "It isn't there any more." : "It is there already.");
    if (view.problem !== null) return failure("AGENT_HOOK_FAILED", view.problem);
    if (view.hash === hash) return step;
    return failure("AGENT_HOOK_FAILED", `${view.file} has changed since. Look at the change again.`, { field: "hash" });
  }

  /** What would be done now: it is put in, or taken out where it is there. */
  async #step(agentId: string): Promise<Result<Step, HookFailure>> {
    const definition = this.#deps.registry.find(agentId);
    if (!definition) return failure("AGENT_NOT_FOUND", `There is no agent ${agentId}`, { field: "id" });
    const recipe = definition.tui?.hook;
    if (!recipe) return failure("AGENT_HOOK_FAILED", `${definition.label} has no notify hook that Hearth knows.`);
    if (process.platform === "win32")
      return failure("AGENT_HOOK_FAILED", "Notify hooks are commands of a POSIX shell, which Windows lacks.");
    const file = await this.#fileOf(definition, recipe);
    const edit = hookEdit(agentId, recipe);
    const record = this.#recordOf(agentId, file);
    return ok(stepOf(agentId, recipe, edit, file, record));
  }

  async #fileOf(definition: AgentDefinition, recipe: HookRecipe): Promise<string> {
    const { env } = await this.#deps.registry.surroundingsOf(definition);
    return recipe.file(childEnvironment(definition, env, ""));
  }

  #recordOf(agentId: string, file: string): HookRecord | null {
    const record = this.#records.find(agentId);
    return record?.file === file ? record : null;
  }
}

function stepOf(agentId: string, recipe: HookRecipe, edit: HookEdit, file: string, record: HookRecord | null): Step {
  const read = readText(file);
  const now = read.ok ? read.value : null;
  const isOn = edit.has(now);
  const known: Known | null = record && { before: record.before, after: record.after };
  const done: Result<FileText, string> = !read.ok ? read : isOn ? edit.remove(now ?? "", known) : edit.add(now);
  const next = done.ok ? done.value : now;
  const hash = createHash("sha256")
    .update(JSON.stringify([file, now, next]))
    .digest("hex");
  const problem = done.ok ? null : `${file} can't be changed: ${done.error}.`;
  const tells = [...new Set(recipe.events.map(({ state }) => state))];
  return { file, now, next, record, view: { agentId, file, isOn, patch: patchOf(now, next), hash, problem, tells } };
}
