type TextFramesDeps = {
  nextFrame: (run: () => void) => void;
  /** In a task of its own, which a browser runs once the frame that asks for it is drawn. */
  later: (run: () => void) => void;
};

/** When an agent's text is drawn: in the next frame, unless that one shows a key. What is typed comes first. */
export class TextFrames {
  readonly #deps: TextFramesDeps;
  /** A key was pressed, and the frame that shows it isn't drawn yet. */
  #keyWaits = false;

  constructor(deps: TextFramesDeps) {
    this.#deps = deps;
  }

  keyPressed(): void {
    if (this.#keyWaits) return;
    this.#keyWaits = true;
    const { nextFrame, later } = this.#deps;
    nextFrame(() => later(() => (this.#keyWaits = false)));
  }

  /** One frame later at most, however fast somebody types. */
  run(draw: () => void): void {
    const { nextFrame } = this.#deps;
    nextFrame(() => (this.#keyWaits ? nextFrame(draw) : draw()));
  }
}
