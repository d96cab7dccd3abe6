import { readFileSync } from "node:fs";
import * as z from "zod";
import type { AgentKey } from "../../shared/contract/agent-parts.ts";
import type { Log } from "./log.ts";
import { KeyedQueue } from "./keyed-queue.ts";
import { saveJson } from "./save-json.ts";
import type { Vault } from "./vault.ts";

export type SealedValuesDeps = {
  /** Holds what the vault sealed: owner → name → sealed. */
  file: string;
  /** null: there is no keyring here, and values are kept for this run only. */
  vault: Vault | null;
  log: Log;
};

const sealedValues = z.record(z.string(), z.record(z.string(), z.string()));
type Sealed = z.infer<typeof sealedValues>;

/**
 * Secrets that the person set, by owner (an agent, an MCP server) and variable. Sealed by the keyring they outlive the
 * core; without one they live as long as this object. No value leaves it but to what it was set for.
 */
export class SealedValues {
  readonly #deps: SealedValuesDeps;
  readonly #values = new Map<string, Map<string, string>>();
  /** One change after the other: a keyring takes its time, and what was removed meanwhile must not come back. */
  readonly #changes = new KeyedQueue();
  #sealed: Sealed;
  #loading: Promise<void> | null = null;

  constructor(deps: SealedValuesDeps) {
    this.#deps = deps;
    this.#sealed = readSealed(deps.file, deps.log);
  }

  /** The owner's values. Where it has sealed ones it waits for the keyring, which may ask the person to unlock it. */
  async of(owner: string): Promise<Record<string, string>> {
    if (Object.keys(this.#sealed[owner] ?? {}).length > 0) await this.load();
    return Object.fromEntries(this.#values.get(owner) ?? []);
  }

  /** Those that are set, and the `known` ones that could be; never a value. */
  describe(owner: string, known: readonly string[]): AgentKey[] {
    const sealed = Object.keys(this.#sealed[owner] ?? {});
    const open = this.#values.get(owner) ?? new Map<string, string>();
    return [...new Set([...open.keys(), ...sealed, ...known])].map((name) => {
      if (open.has(name)) return { name, state: sealed.includes(name) ? "kept" : "this-run" };
      return { name, state: sealed.includes(name) ? "locked" : "unset" };
    });
  }

  /** Opens what is sealed, once; what the keyring doesn't open stays sealed. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      // It may answer the next time.
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  set(owner: string, name: string, value: string): Promise<void> {
    return this.#change(async () => {
      this.#put(owner, name, value);
      const sealed = (await this.#deps.vault?.seal(value)) ?? null;
      const { [name]: _before, ...others } = this.#sealed[owner] ?? {};
      this.#save({ ...this.#sealed, [owner]: sealed === null ? others : { ...others, [name]: sealed } });
    });
  }

  remove(owner: string, name: string): Promise<void> {
    return this.#change(async () => {
      this.#values.get(owner)?.delete(name);
      const { [name]: _removed, ...others } = this.#sealed[owner] ?? {};
      this.#save({ ...this.#sealed, [owner]: others });
    });
  }

  removeAll(owner: string): Promise<void> {
    return this.#change(async () => {
      this.#values.delete(owner);
      const { [owner]: _removed, ...others } = this.#sealed;
      this.#save(others);
    });
  }

  #change(work: () => Promise<void>): Promise<void> {
    return this.#changes.run("", async () => {
      await this.load();
      await work();
    });
  }

  async #load(): Promise<void> {
    for (const [owner, names] of Object.entries(this.#sealed))
      for (const [name, sealed] of Object.entries(names)) {
        const value = (await this.#deps.vault?.open(sealed)) ?? null;
        if (value !== null) this.#put(owner, name, value);
      }
  }

  #put(owner: string, name: string, value: string): void {
    const names = this.#values.get(owner) ?? new Map<string, string>();
    this.#values.set(owner, names.set(name, value));
  }

  /** Where it can't be written, what was set lasts as long as this run, and is said to. */
  #save(next: Sealed): void {
    try {
      saveJson(this.#deps.file, next);
      this.#sealed = next;
    } catch (error) {
      this.#deps.log.error("sealed.save", error, { file: this.#deps.file });
    }
  }
}

function readSealed(file: string, log: Log): Sealed {
  try {
    return sealedValues.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    // None were ever set, or the file isn't ours any more: they can be set again.
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) log.error("sealed.read", error, { file });
    return {};
  }
}
