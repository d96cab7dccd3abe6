import { splitMarkdown, type MarkdownChunk, type SplitText } from "../markdown/split-markdown.ts";

/** What is known of a turn that goes on from when it was looked at last, so that only what grew is made anew. */
type LiveTurn = { texts: Map<string, SplitText>; rows: Map<string, { key: string }> };

/** Of runs that go on; each leaves as it ends. */
const live = new Map<string, LiveTurn>();

function liveTurn(runId: string): LiveTurn {
  const known = live.get(runId) ?? { texts: new Map(), rows: new Map() };
  live.set(runId, known);
  return known;
}

/** The pieces of a text that may still grow; `key` tells it from the run's others. */
export function growingChunks(runId: string, key: string, text: string): MarkdownChunk[] {
  const { texts } = liveTurn(runId);
  const split = splitMarkdown(text, texts.get(key));
  texts.set(key, split);
  return split.chunks;
}

/** The pieces of a text that doesn't grow any more, cut as they were while it did. */
export function endedChunks(runId: string, key: string, text: string): MarkdownChunk[] {
  return splitMarkdown(text, live.get(runId)?.texts.get(key)).chunks;
}

/** The rows, each as the object that it was before where nothing of it is another. */
export function keepRows<Row extends { key: string }>(runId: string, rows: readonly Row[]): Row[] {
  const before = liveTurn(runId).rows;
  const kept = rows.map((row) => {
    const known = before.get(row.key);
    return known && isSame(known, row) ? (known as Row) : row;
  });
  live.set(runId, { ...liveTurn(runId), rows: new Map(kept.map((row) => [row.key, row])) });
  return kept;
}

export function endLive(runId: string): void {
  live.delete(runId);
}

function isSame(one: object, other: object): boolean {
  const entries = Object.entries(one);
  const values = new Map(Object.entries(other));
  return entries.length === values.size && entries.every(([key, value]) => Object.is(values.get(key), value));
}
