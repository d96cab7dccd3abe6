import { expect, it } from "vitest";
import { readTraits, reportOf } from "./traits.ts";

it("reads an initialize answer, whatever else is in it", () => {
  const key = { id: "key", name: "With a key" };
  const traits = readTraits({
    protocolVersion: 1,
    authMethods: [key, { ...key, id: "tty", type: "terminal", args: ["login"] }, { id: "odd", type: "from-the-future" }, 7],
    agentInfo: { name: "a", version: "2" },
    agentCapabilities: {
      loadSession: true,
      sessionCapabilities: { resume: {}, list: {} },
      promptCapabilities: { audio: true },
    },
  });
  expect(traits.ok && reportOf(traits.value)).toEqual({
    version: "2",
    capabilities: {
      resume: true,
      replay: true,
      images: false,
      mcp: true,
      details: ["loadSession", "sessionCapabilities.resume", "sessionCapabilities.list", "promptCapabilities.audio"],
      signIn: [
        { id: "key", name: "With a key", description: null, terminal: null },
        { id: "tty", name: "With a key", description: null, terminal: { args: ["login"], env: {} } },
      ],
      signedInBy: null,
    },
  });
});

it("says that another version of the protocol isn't spoken", () => {
  expect(readTraits({ protocolVersion: 2 })).toMatchObject({ ok: false, error: { type: "unsupported" } });
});
