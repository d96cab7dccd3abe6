type TextFramesDeps = {
  now: () => number;
  after: (ms: number, run: () => void) => void;
  nextFrame: (run: () => void) => void;
};

/** What arrives within so long is drawn as one. While somebody types it may be longer: their eyes are on what they write. */
const gatherMs = { usual: 24, typing: 110 };
/** So long after a key the next one is to be expected. */
const typingMs = 400;

/** When an agent's text is drawn: a moment after it came, in a frame that has no key to show. What is typed comes first. */
export class TextFrames {
  readonly #deps: TextFramesDeps;
  #lastKeyAt = -Infinity;
  /** A key was pressed, and the frame that shows it isn't drawn yet. */
  #keyWaits = false;
  readonly #waiting = new Set<() => void>();

  constructor(deps: TextFramesDeps) {
    this.#deps = deps;
  }

  keyPressed(): void {
    const { now, after, nextFrame } = this.#deps;
    this.#lastKeyAt = now();
    if (this.#keyWaits) return;
    this.#keyWaits = true;
    // A task that is put in line by a frame runs once that is drawn.
    nextFrame(() => after(0, () => (this.#keyWaits = false)));
  }

  /** One frame late at most, however fast somebody types. */
  run(draw: () => void): void {
    const { now, after, nextFrame } = this.#deps;
    const types = now() - this.#lastKeyAt < typingMs;
    const drawOnce = (): void => {
      if (this.#waiting.delete(draw)) draw();
    };
    this.#waiting.add(draw);
    after(types ? gatherMs.typing : gatherMs.usual, () => nextFrame(() => (this.#keyWaits ? nextFrame(drawOnce) : drawOnce())));
  }

  /** There is no frame until the page is shown again: what waits for one is done now. */
  pageHidden(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const draw of waiting) draw();
  }
}
