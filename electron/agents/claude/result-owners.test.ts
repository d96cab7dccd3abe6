import { expect, it } from "vitest";
import { readMessage, type StreamMessage, type TurnResult } from "../stream-json/message.ts";
import { ResultOwners } from "./result-owners.ts";

const heard = (message: object): StreamMessage => {
  const read = readMessage(message);
  if (!read) throw new Error("Not a message");
  return read;
};

function result(more: object = {}): TurnResult {
  const read = heard({ type: "result", subtype: "success", num_turns: 1, ...more });
  if (read.type !== "result") throw new Error("Not a result");
  return read;
}

it("takes a result for the turn whose prompt it names, and for no other", () => {
  const owners = new ResultOwners();
  expect(owners.isAnswer(result({ user_message_uuid: "mine" }), "mine")).toBe(true);
  expect(owners.isAnswer(result({ user_message_uuid: "last", user_message_uuids: ["mine", "last"] }), "mine")).toBe(true);
  expect(owners.isAnswer(result({ user_message_uuid: "other" }), "mine")).toBe(false);
});

it("takes a result without a name only from a version that names none", () => {
  const owners = new ResultOwners();
  expect(owners.isAnswer(result(), "mine")).toBe(true);
  owners.hear(heard({ type: "stream_event", user_message_uuid: "mine", event: { type: "message_start" } }));
  expect(owners.isAnswer(result(), "mine")).toBe(false);
  expect(owners.isAnswer(result({ is_error: true }), "mine")).toBe(false);
});

it("never takes that of a turn which a task in the background began", () => {
  expect(new ResultOwners().isAnswer(result({ origin: { kind: "task-notification" } }), "mine")).toBe(false);
  expect(new ResultOwners().isAnswer(result({ origin: { kind: "human" } }), "mine")).toBe(true);
});

it("takes the failure of the session as a whole, which names no turn", () => {
  const owners = new ResultOwners();
  owners.hear(heard({ type: "assistant", user_message_uuid: "mine", message: { content: [] } }));
  const failed = { subtype: "error_during_execution", is_error: true, num_turns: 0 };
  expect(owners.isAnswer(result(failed), "mine")).toBe(true);
});
