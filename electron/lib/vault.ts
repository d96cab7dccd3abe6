/**
 * A keyring of the person's: what it seals, only this person on this machine can open. Both say null where it can't, now
 * or at all.
 */
export interface Vault {
  seal(text: string): Promise<string | null>;
  open(sealed: string): Promise<string | null>;
}
