/**
 * Owner of resources: what is added is disposed in reverse order, once, when the scope is.
 * Scopes nest, so that a whole part of the program ends with one call.
 */
export type Dispose = () => void | Promise<void>;

export class Scope {
  readonly #disposers: Dispose[] = [];
  readonly #abort = new AbortController();
  #disposed: Promise<void> | null = null;

  /** Aborts when disposal begins. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get disposed(): boolean {
    return this.#disposed !== null;
  }

  /** Registers an end. On a scope that has ended already it is called at once. Returns a function that takes it off again. */
  add(dispose: Dispose): () => void {
    if (this.#disposed) {
      void Promise.resolve(dispose());
      return () => {};
    }
    this.#disposers.push(dispose);
    return () => {
      const at = this.#disposers.indexOf(dispose);
      if (at !== -1) this.#disposers.splice(at, 1);
    };
  }

  /** A scope that ends with this one. */
  child(): Scope {
    const child = new Scope();
    const forget = this.add(() => child.dispose());
    child.add(forget);
    return child;
  }

  /** Ends everything, newest first; each end is awaited, and one that throws doesn't keep the others. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#run();
    return this.#disposed;
  }

  async #run(): Promise<void> {
    this.#abort.abort();
    const errors: unknown[] = [];
    for (const dispose of this.#disposers.splice(0).toReversed()) {
      try {
        await dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, "Some resources did not end cleanly");
  }
}
