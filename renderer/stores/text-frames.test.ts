import { beforeEach, describe, expect, it } from "vitest";
import { ManualTimers } from "../testing/manual-timers.ts";
import { TextFrames } from "./text-frames.ts";

describe("TextFrames", () => {
  let timers: ManualTimers;
  let waiting: (() => void)[];
  let drawn: number;
  let frames: TextFrames;

  beforeEach(() => {
    timers = new ManualTimers();
    waiting = [];
    drawn = 0;
    frames = new TextFrames({
      now: () => timers.now(),
      after: (ms, run) => void timers.after(ms, run),
      nextFrame: (run) => void waiting.push(run),
    });
  });
  const draw = (): void => frames.run(() => void (drawn += 1));
  function frame(): void {
    for (const run of waiting.splice(0)) run();
    timers.advance(0);
  }

  it("draws in the next frame, once what comes at once is gathered", () => {
    draw();
    frame();
    expect(drawn).toBe(0);
    timers.advance(24);
    frame();
    expect(drawn).toBe(1);
  });

  it("leaves a frame to the key that was pressed before it, and draws in the one after it, whatever is pressed then", () => {
    draw();
    timers.advance(24);
    frames.keyPressed();
    frame();
    expect(drawn).toBe(0);
    frames.keyPressed();
    frame();
    expect(drawn).toBe(1);
  });

  it("gathers for longer while somebody types, and as before when they rest", () => {
    frames.keyPressed();
    frame();
    timers.advance(50);
    draw();
    timers.advance(100);
    frame();
    expect(drawn).toBe(0);
    timers.advance(10);
    frame();
    expect(drawn).toBe(1);
    timers.advance(400);
    draw();
    timers.advance(24);
    frame();
    expect(drawn).toBe(2);
  });

  it("draws at once what waits when the page is hidden, and not again when it is shown", () => {
    draw();
    frames.pageHidden();
    expect(drawn).toBe(1);
    draw();
    timers.advance(24);
    frames.pageHidden();
    expect(drawn).toBe(2);
    timers.advance(24);
    frame();
    expect(drawn).toBe(2);
  });
});
