import { expect, it } from "vitest";
import { lastSession } from "./last-session.ts";

const session = (id: string, minute: number, status: "open" | "archived" = "open") => ({
  id,
  status,
  updatedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});

it("is the open session that was worked on last", () => {
  expect(lastSession([session("a", 1), session("b", 3), session("c", 2)])?.id).toBe("b");
  expect(lastSession([session("a", 1), session("b", 3, "archived")])?.id).toBe("a");
  expect(lastSession([])).toBeNull();
});
