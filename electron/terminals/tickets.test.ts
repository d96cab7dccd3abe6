import { describe, expect, it } from "vitest";
import { ManualClock } from "../lib/clock.ts";
import { Tickets } from "./tickets.ts";

describe("S5 tickets to terminals", () => {
  it("S5 are good once, for one terminal, for half a minute", () => {
    const clock = new ManualClock();
    const tickets = new Tickets(clock);
    const used = tickets.issue("a");
    expect(tickets.take(used, "a")).toBe(true);
    expect(tickets.take(used, "a")).toBe(false);
    expect(tickets.take(tickets.issue("a"), "b")).toBe(false);
    const late = tickets.issue("a");
    clock.advance(30_001);
    expect(tickets.take(late, "a")).toBe(false);
    expect(tickets.take("guess", "a")).toBe(false);
  });
});
