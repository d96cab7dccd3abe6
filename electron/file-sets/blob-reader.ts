import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import { maxFileBytes } from "./content.ts";

/** Contents that are read ahead of their writing, together: a process for each file costs more than the file. */
const maxAhead = 256;
const maxAheadBytes = 16 * 1024 * 1024;

/** Reads contents from the store in the order they will be asked for, a bounded part of them at a time. */
export class BlobReader {
  readonly #snapshots: SnapshotStore;
  readonly #copy: CopyRef;
  #order: readonly string[];
  readonly #queue = new KeyedQueue();
  #ahead = new Map<string, Buffer>();

  constructor(snapshots: SnapshotStore, copy: CopyRef, order: readonly string[]) {
    this.#snapshots = snapshots;
    this.#copy = copy;
    this.#order = order;
  }

  /** Those who read at once wait for each other: what one has read ahead is there for the next. */
  read(oid: string): Promise<Result<Buffer, Failure>> {
    return this.#queue.run("read", () => this.#read(oid));
  }

  async #read(oid: string): Promise<Result<Buffer, Failure>> {
    const known = this.#ahead.get(oid);
    if (known) return ok(known);
    const at = this.#order.indexOf(oid);
    if (at === -1) return this.#snapshots.readBlob(this.#copy, oid, maxFileBytes);
    this.#order = this.#order.slice(at);
    const wanted = [...new Set(this.#order.slice(0, maxAhead))];
    const read = await this.#snapshots.readBlobs(this.#copy, wanted, maxAheadBytes);
    if (!read.ok) return read;
    this.#ahead = read.value;
    const found = read.value.get(oid);
    return found ? ok(found) : this.#snapshots.readBlob(this.#copy, oid, maxFileBytes);
  }
}
