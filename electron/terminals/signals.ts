import { plainTitle } from "./plain-title.ts";

/** What a program on a terminal, or who looks at it, does beside its screen. Texts are plain and short. */
export type TerminalSignal =
  | { kind: "title"; text: string }
  | { kind: "progress"; going: boolean }
  | { kind: "notification"; text: string }
  | { kind: "bell" }
  /** `moves`: with keys that move a selection, and answer nothing. */
  | { kind: "typed"; enter: boolean; moves: boolean }
  | { kind: "seen" };

/** The numbers of the sequences that can say something of it. */
export const signalOscs = [9, 99, 777] as const;

/**
 * What an operating system command says: 9 is iTerm2's notification and ConEmu's commands (4: progress), 777 urxvt's
 * notification, 99 kitty's. null where it says nothing of this. Pure.
 */
export function signalOfOsc(osc: number, data: string): TerminalSignal | null {
  if (osc === 9) return ofNine(data);
  if (osc === 777) {
    const [command, ...texts] = data.split(";");
    return command === "notify" ? notification(texts.join(": ")) : null;
  }
  return ofKitty(data);
}

function ofNine(data: string): TerminalSignal | null {
  const [command = "", state = ""] = data.split(";");
  if (command === "4" && data !== "4") return { kind: "progress", going: state === "1" || state === "3" };
  return /^(?:[1-9]|1[0-2])$/.test(command) ? null : notification(data);
}

function ofKitty(data: string): TerminalSignal | null {
  const [head = "", ...rest] = data.split(";");
  const fields = new Map(
    head.split(":").map((field) => [field.slice(0, field.indexOf("=")), field.slice(field.indexOf("=") + 1)]),
  );
  if (!["title", "body"].includes(fields.get("p") ?? "title")) return null;
  const payload = rest.join(";");
  return notification(fields.get("e") === "1" ? Buffer.from(payload, "base64").toString("utf8") : payload);
}

function notification(text: string): TerminalSignal | null {
  const plain = plainTitle(text);
  return plain === "" ? null : { kind: "notification", text: plain };
}

/** What a terminal sends by itself when it is focused or the mouse moves over it is not typed. */
const reports = /\u001b\[(?:[IO]|<[\d;]*[Mm]|M[^]{3})/g;

/** Arrows, Home, End, the keys between them and Tab, as terminals send them. */
const moving = /^(?:\u001b(?:\[[\d;]*[A-DFHZ]|O[A-DFH]|\[[\d;]+~)|\t)+$/;

export function signalOfInput(data: string): TerminalSignal | null {
  const typed = data.replaceAll(reports, "");
  return typed === "" ? null : { kind: "typed", enter: /[\r\n]/.test(typed), moves: moving.test(typed) };
}
