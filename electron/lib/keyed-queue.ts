/** Runs tasks of one key one after the other, tasks of different keys side by side. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const next = before.then(task, task);
    const tail = next.catch(() => {
      // The caller of `run` has the failure; the chain only needs to know that it ended.
    });
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return next;
  }

  /** Whether something of this key is going on or waiting. */
  busy(key: string): boolean {
    return this.#tails.has(key);
  }
}
