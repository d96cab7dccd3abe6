/** So long one piece of work keeps the core busy before others go on. */
const sliceMs = 8;

/** The loop has gone round: who waited has gone on. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The time of one piece of work over many items, which others interrupt: `if (slices.isOver()) await slices.next()`. */
export class Slices {
  #end = performance.now() + sliceMs;

  isOver(): boolean {
    return performance.now() >= this.#end;
  }

  async next(): Promise<void> {
    await nextTurn();
    this.#end = performance.now() + sliceMs;
  }
}

/** What `make` makes of each item, in their order; others go on in between where they are many. */
export async function mapInSlices<T, R>(items: Iterable<T>, make: (item: T) => R): Promise<R[]> {
  const made: R[] = [];
  const slices = new Slices();
  for (const item of items) {
    if (slices.isOver()) await slices.next();
    made.push(make(item));
  }
  return made;
}

/** So many rows one statement, and one text of JSON, has at most: more would hold up the core for longer than a slice. */
const partSize = 2_000;

/** `work` with some of the items after the other, at most `partSize` at once; others go on in between. */
export async function inParts<T>(
  items: readonly T[],
  work: (part: readonly T[], at: number, isLast: boolean) => void | Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += partSize) {
    if (from > 0) await nextTurn();
    await work(items.slice(from, from + partSize), from / partSize, from + partSize >= items.length);
  }
}
