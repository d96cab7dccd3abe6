import { beforeEach, describe, expect, it } from "vitest";
import { TextFrames } from "./text-frames.ts";

describe("TextFrames", () => {
  let waiting: (() => void)[];
  let tasks: (() => void)[];
  let drawn: string[];
  let frames: TextFrames;

  beforeEach(() => {
    waiting = [];
    tasks = [];
    drawn = [];
    frames = new TextFrames({ nextFrame: (run) => void waiting.push(run), later: (run) => void tasks.push(run) });
  });
  const draw = (): void => frames.run(() => void drawn.push("text"));
  function frame(): void {
    for (const run of waiting.splice(0)) run();
    for (const run of tasks.splice(0)) run();
  }

  it("draws in the next frame where nothing is typed", () => {
    draw();
    frame();
    expect(drawn).toEqual(["text"]);
  });

  it("leaves a frame to the key that was pressed before it, and draws in the one after it", () => {
    draw();
    frames.keyPressed();
    frame();
    expect(drawn).toEqual([]);
    frame();
    expect(drawn).toEqual(["text"]);
  });

  it("waits for no second key", () => {
    draw();
    frames.keyPressed();
    frame();
    frames.keyPressed();
    frame();
    expect(drawn).toEqual(["text"]);
  });

  it("draws at once again when the key is shown", () => {
    frames.keyPressed();
    frame();
    draw();
    frame();
    expect(drawn).toEqual(["text"]);
  });
});
