import { expect, it } from "vitest";
import type { AgentUpdate } from "../port.ts";
import type { MessagePart, MessageWithParts } from "./shapes.ts";
import { Transcript } from "./transcript.ts";

const info: MessageWithParts["info"] = { id: "m", role: "assistant", time: {} };
const text = (words: string): MessagePart =>
  ({ id: "p", messageID: "m", sessionID: "s", type: "text", text: words }) as MessagePart;
const said = (updates: AgentUpdate[][]): string =>
  updates
    .flat()
    .map((update) => (update.type === "text" ? update.text : ""))
    .join("");

function begun(): Transcript {
  const transcript = new Transcript(null);
  transcript.message(info);
  return transcript;
}

it("tells what comes in pieces and again whole once", () => {
  const transcript = begun();
  const updates = [transcript.part(text("")), transcript.delta("m", "p", "It is "), transcript.delta("m", "p", "done.")];
  expect(said([...updates, transcript.part(text("It is done."))])).toBe("It is done.");
});

it("tells once what an answer brings whole before its pieces have come", () => {
  const transcript = begun();
  const updates = [
    transcript.part(text("")),
    transcript.delta("m", "p", "It "),
    transcript.whole({ info, parts: [text("It is done.")] }),
    transcript.delta("m", "p", "is "),
    transcript.delta("m", "p", "done."),
    transcript.part(text("It is done.")),
  ];
  expect(said(updates)).toBe("It is done.");
});

it("tells the rest of what was fetched half said, when it is whole", () => {
  const transcript = begun();
  const updates = [transcript.whole({ info, parts: [text("It is")] }), transcript.delta("m", "p", " done.")];
  expect(said([...updates, transcript.part(text("It is done."))])).toBe("It is done.");
});
