import { expect, it } from "vitest";
import type { AgentUpdate } from "../port.ts";
import { MaskedSpeech } from "./masked-speech.ts";

const secret = "q7Xv-0mZr_4Kd81LwYt2";
const text = (said: string, messageId = "1"): AgentUpdate => ({ type: "text", text: said, messageId });
const mode: AgentUpdate = { type: "mode", modeId: "plan" };

it("S87 takes out a secret that is cut over several pieces", () => {
  const speech = new MaskedSpeech([secret]);
  const said = [...secret].flatMap((letter) => speech.hear(text(letter)));
  expect([...speech.hear(text("It is ")), ...said, ...speech.hear(text(".")), ...speech.rest()]).toEqual([
    text("It is "),
    text("[secret]"),
    text("."),
  ]);
});

it("gives out what it kept before anything else is told, under its own message", () => {
  const speech = new MaskedSpeech([secret]);
  expect(speech.hear(text("a q7X"))).toEqual([text("a ")]);
  expect(speech.hear(mode)).toEqual([text("q7X"), mode]);
  expect(speech.hear(text("b q"))).toEqual([text("b ")]);
  expect(speech.hear(text("7Xv", "2"))).toEqual([text("q"), text("7Xv", "2")]);
  expect(speech.hear(text("q", "2"))).toEqual([]);
  expect(speech.rest()).toEqual([text("q", "2")]);
  expect(speech.rest()).toEqual([]);
});

it("passes everything on as it is where there is no secret", () => {
  const speech = new MaskedSpeech([]);
  expect([text("a"), mode, text("b")].flatMap((update) => speech.hear(update))).toEqual([text("a"), mode, text("b")]);
});
