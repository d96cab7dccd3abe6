import type { VirtualItem } from "@tanstack/react-virtual";
import type { TimelineRow } from "./rows.ts";

/** The row at the top of the view, how much of it lies above, and how high the rows were. */
type ReadingPlace = { key: string; above: number; sizes: ReadonlyMap<string, number> };

const mostRemembered = 30;
const places = new Map<string, ReadingPlace>();

/** Of a chat that is taken off the screen; null where its end was followed. */
export function rememberPlace(chatId: string, place: ReadingPlace | null): void {
  places.delete(chatId);
  if (place) places.set(chatId, place);
  const [oldest] = places.keys();
  if (places.size > mostRemembered && oldest !== undefined) places.delete(oldest);
}

/** Where the reader was and what is known of the rows' heights; null to show the end, also where the row isn't there any more. */
export function takePlace(
  chatId: string,
  rows: readonly TimelineRow[],
  estimate: (row: TimelineRow) => number,
): { offset: number; measured: VirtualItem[] } | null {
  const place = places.get(chatId);
  if (!place) return null;
  const measured: VirtualItem[] = [];
  let start = 0;
  let offset: number | null = null;
  for (const [index, row] of rows.entries()) {
    if (row.key === place.key) offset = start + place.above;
    // What was read is folded by now: where it is, is the place.
    else if (offset === null && row.kind === "steps" && place.key.startsWith(`${row.runId}:`)) offset = start;
    const known = place.sizes.get(row.key);
    const size = known ?? estimate(row);
    if (known !== undefined) measured.push({ index, key: row.key, start, size, end: start + size, lane: 0 });
    start += size;
  }
  return offset === null ? null : { offset, measured };
}
