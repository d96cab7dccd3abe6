import { readFileSync } from "node:fs";
import * as z from "zod";
import type { AgentKey } from "../../../shared/contract/agent-parts.ts";
import type { Log } from "../../lib/log.ts";
import { saveJson } from "../../lib/save-json.ts";
import type { Vault } from "../../lib/vault.ts";

export type AgentKeysDeps = {
  /** Holds what the vault sealed: agent id → name → sealed. */
  file: string;
  /** null: there is no keyring here, and keys are kept for this run only. */
  vault: Vault | null;
  log: Log;
};

const sealedKeys = z.record(z.string(), z.record(z.string(), z.string()));
type Sealed = z.infer<typeof sealedKeys>;

/**
 * Keys that the person set for agents, by variable. Sealed by the keyring they outlive the core; without one they live as
 * long as this object. No value leaves it but into the environment of its agent's children.
 */
export class AgentKeys {
  readonly #deps: AgentKeysDeps;
  readonly #values = new Map<string, Map<string, string>>();
  #sealed: Sealed;
  #loading: Promise<void> | null = null;

  constructor(deps: AgentKeysDeps) {
    this.#deps = deps;
    this.#sealed = readSealed(deps.file, deps.log);
  }

  /** The agent's environment. Where it has a sealed one it waits for the keyring, which may ask the person to unlock it. */
  async of(agentId: string): Promise<Record<string, string>> {
    if (Object.keys(this.#sealed[agentId] ?? {}).length > 0) await this.load();
    return Object.fromEntries(this.#values.get(agentId) ?? []);
  }

  /** Those that are set, and the `known` ones that could be; never a value. */
  describe(agentId: string, known: readonly string[]): AgentKey[] {
    const sealed = Object.keys(this.#sealed[agentId] ?? {});
    const open = this.#values.get(agentId) ?? new Map<string, string>();
    return [...new Set([...open.keys(), ...sealed, ...known])].map((name) => {
      if (open.has(name)) return { name, state: sealed.includes(name) ? "kept" : "this-run" };
      return { name, state: sealed.includes(name) ? "locked" : "unset" };
    });
  }

  /** Opens what is sealed, once; what the keyring doesn't open stays sealed. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async set(agentId: string, name: string, value: string): Promise<void> {
    await this.load();
    this.#put(agentId, name, value);
    const sealed = (await this.#deps.vault?.seal(value)) ?? null;
    const { [name]: _before, ...others } = this.#sealed[agentId] ?? {};
    this.#save({ ...this.#sealed, [agentId]: sealed === null ? others : { ...others, [name]: sealed } });
  }

  async remove(agentId: string, name: string): Promise<void> {
    await this.load();
    this.#values.get(agentId)?.delete(name);
    const { [name]: _removed, ...others } = this.#sealed[agentId] ?? {};
    this.#save({ ...this.#sealed, [agentId]: others });
  }

  async #load(): Promise<void> {
    for (const [agentId, names] of Object.entries(this.#sealed))
      for (const [name, sealed] of Object.entries(names)) {
        const value = (await this.#deps.vault?.open(sealed)) ?? null;
        if (value !== null) this.#put(agentId, name, value);
      }
  }

  #put(agentId: string, name: string, value: string): void {
    const names = this.#values.get(agentId) ?? new Map<string, string>();
    this.#values.set(agentId, names.set(name, value));
  }

  /** Where it can't be written, what was set lasts as long as this run, and is said to. */
  #save(next: Sealed): void {
    try {
      saveJson(this.#deps.file, next);
      this.#sealed = next;
    } catch (error) {
      this.#deps.log.error("agent.keys", error);
    }
  }
}

function readSealed(file: string, log: Log): Sealed {
  try {
    return sealedKeys.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    // None were ever set, or the file isn't ours any more: they can be set again.
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) log.error("agent.keys", error);
    return {};
  }
}
