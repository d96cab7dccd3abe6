import type { Vault } from "../lib/vault.ts";

/** What the core asks of the shell's keyring, and what it is answered. */
export type VaultQuestion = { type: "vault"; id: number; what: "seal" | "open"; text: string };
export type VaultAnswer = { type: "vault"; id: number; text: string | null };

/** The keyring that only the shell can reach, asked over the core's port to it. It ends with the port. */
export class ShellVault implements Vault {
  readonly #ask: (question: VaultQuestion) => void;
  readonly #waiting = new Map<number, (text: string | null) => void>();
  #nextId = 1;

  constructor(ask: (question: VaultQuestion) => void) {
    this.#ask = ask;
  }

  seal(text: string): Promise<string | null> {
    return this.#question("seal", text);
  }

  open(sealed: string): Promise<string | null> {
    return this.#question("open", sealed);
  }

  answered({ id, text }: VaultAnswer): void {
    this.#waiting.get(id)?.(text);
    this.#waiting.delete(id);
  }

  #question(what: VaultQuestion["what"], text: string): Promise<string | null> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#ask({ type: "vault", id, what, text });
    });
  }
}

export function isVaultMessage(message: unknown): message is VaultQuestion | VaultAnswer {
  return typeof message === "object" && message !== null && "type" in message && message.type === "vault";
}
