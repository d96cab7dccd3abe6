/** The store couldn't be written to before a verb began: nothing of it is done. `cause` is the store's error. */
export class StoreNotFree extends Error {
  constructor(cause: unknown) {
    super("The store can't be written to", { cause });
  }
}
