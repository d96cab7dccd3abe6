/** Says which tree a session's files have, where nothing has happened there since they were looked at; null in any doubt. */
export type Witness = { treeIfSame(): Promise<string | null> };

/** Who watches the files of a session, by session: whoever keeps a tree of them asks before it looks by itself. */
export class Witnesses {
  readonly #ofSession = new Map<string, Witness>();

  set(sessionId: string, witness: Witness | null): void {
    if (witness) this.#ofSession.set(sessionId, witness);
    else this.#ofSession.delete(sessionId);
  }

  async treeIfSame(sessionId: string): Promise<string | null> {
    return (await this.#ofSession.get(sessionId)?.treeIfSame()) ?? null;
  }
}
