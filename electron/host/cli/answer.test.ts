import { createRouterClient, type Router } from "@orpc/server";
import { expect, it } from "vitest";
import type { Contract } from "../../../shared/contract/contract.ts";
import { scriptedCore } from "../../testing/scripted-core.ts";
import { answer } from "./answer.ts";
import type { HearthClient } from "./connect.ts";
import type { CommandTerminal } from "./terminal.ts";

it("lists an alarm with what waits, says how to take it back, and dismisses it", async () => {
  const core = scriptedCore({ events: [{ type: "notice", payload: { kind: "unasked", message: "A file changed: a.ts" } }] });
  const router: Router<Contract, Record<never, never>> = core.router;
  const client: HearthClient = createRouterClient(router, { context: {} });
  const [lines, notes]: [string[], string[]] = [[], []];
  const io: CommandTerminal = {
    write: () => {},
    line: (text = "") => void lines.push(text),
    note: (text) => void notes.push(text),
    json: () => {},
    interactive: false,
    ask: async () => null,
    dim: (text) => text,
    bold: (text) => text,
  };
  await answer(client, io, undefined, [], {});
  expect(lines).toEqual(["alarm_1  ses_1abc  practice  A file changed: a.ts"]);
  await expect(answer(client, io, "alarm_1", [], {})).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining("hearth restore chk_1\nOr leave it so: hearth answer alarm_1 dismiss"),
  });
  await answer(client, io, "alarm_1", ["dismiss"], {});
  expect(core.calls.at(-1)).toEqual(["permissions.dismissAlarm", { id: "alarm_1" }]);
  expect(notes).toEqual(["alarm_1  dismissed"]);
});
