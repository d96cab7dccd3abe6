/** A running child as far as it takes room. `idle`: nobody uses it. `memoryBytes`: with all that it started; 0 where nobody tells. */
export type Housed<T> = { child: T; idle: boolean; lastUsedAt: number; memoryBytes: number };

export type Room = { children: number; memoryBytes: number };

/** The idle children that end, so that the others take no more than the room; the least recently used first. Pure. */
export function toEvict<T>(housed: readonly Housed<T>[], room: Room): T[] {
  let count = housed.length;
  let bytes = memoryOf(housed);
  const ended: T[] = [];
  for (const { child, memoryBytes } of housed.filter(({ idle }) => idle).toSorted((a, b) => a.lastUsedAt - b.lastUsedAt)) {
    if (count <= room.children && bytes <= room.memoryBytes) break;
    ended.push(child);
    count -= 1;
    bytes -= memoryBytes;
  }
  return ended;
}

/** Whether they take no more than the room as they are. Pure. */
export function fits<T>(housed: readonly Housed<T>[], room: Room): boolean {
  return housed.length <= room.children && memoryOf(housed) <= room.memoryBytes;
}

/** What is left of the room beside agents that are coming: each takes what its others do. Where all are in use, it is too much. Pure. */
export function roomBeside(
  coming: readonly { agentId: string }[],
  housed: readonly Housed<{ agentId: string }>[],
  { children, memoryBytes }: Room,
): Room {
  const likely = coming.map(({ agentId }) =>
    Math.max(0, ...housed.flatMap((one) => (one.child.agentId === agentId ? [one.memoryBytes] : []))),
  );
  return { children: children - coming.length, memoryBytes: memoryBytes - likely.reduce((sum, bytes) => sum + bytes, 0) };
}

function memoryOf<T>(housed: readonly Housed<T>[]): number {
  return housed.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
}
