import { expect, it } from "vitest";
import type { SessionClient } from "./client-app.ts";
import { SessionRoutes } from "./session-routes.ts";

/** A session that only notes what reaches it. */
function noting() {
  const warnings: string[] = [];
  const refuse = (): never => {
    throw new Error("Not asked in this test");
  };
  const client: SessionClient = {
    receive: () => "taken",
    warn: (message) => void warnings.push(message),
    turnAnswered: () => {},
    requestPermission: refuse,
    side: {
      readTextFile: refuse,
      writeTextFile: refuse,
      createTerminal: refuse,
      terminalOutput: refuse,
      waitForTerminalExit: refuse,
      killTerminal: refuse,
      releaseTerminal: refuse,
      elicit: refuse,
      askVendors: refuse,
    },
  };
  return { client, warnings };
}

it("finds the session that a sub-agent was begun from: by its id, by what was told of it, or as there is no other", () => {
  const routes = new SessionRoutes();
  const [one, ten] = [noting(), noting()];
  routes.attach("s-1", one.client);
  expect(routes.find("sub")).toBe(one.client);
  routes.attach("s-10", ten.client);
  expect(routes.find("s-1-child")).toBe(one.client);
  expect(routes.find("s-10/child")).toBe(ten.client);
  routes.route("s-10", { sessionUpdate: "tool_call", toolCallId: "t", rawOutput: { metadata: { sessionId: "xyz" } } });
  expect(routes.find("xyz")).toBe(ten.client);
});

it("asks nobody where it isn't plain whose sub-agent it is, and says so", () => {
  const routes = new SessionRoutes();
  const [one, two] = [noting(), noting()];
  routes.attach("s-1", one.client);
  const end = routes.attach("s-2", two.client);
  expect(routes.find("s-11")).toBeNull();
  expect([one.warnings.length, two.warnings.length]).toEqual([1, 1]);
  end();
  expect(routes.find("s-2")).toBeNull();
  // Its sub-agents may live on: they are nobody else's.
  expect(routes.find("sub")).toBeNull();
});

it("shows what a sub-agent does where it was begun, under names of its own, and not what it says", () => {
  const routes = new SessionRoutes();
  const { client } = noting();
  routes.attach("s", client);
  const tool = { sessionUpdate: "tool_call", toolCallId: "t", title: "Read" };
  expect(routes.route("s-child", tool)).toEqual({ session: client, update: { ...tool, toolCallId: "s-child/t" } });
  const words = { sessionUpdate: "agent_message_chunk", content: { type: "text", text: "its own words" } };
  expect(routes.route("s-child", words)).toBeNull();
  expect(routes.counts.orphanUpdates).toBe(1);
});
