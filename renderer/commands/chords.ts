import { commandList, type CommandId } from "../../shared/commands.ts";

const modifiers = ["Mod", "Ctrl", "Alt", "Shift"] as const;

export type KeyLike = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"> &
  Partial<Pick<KeyboardEvent, "getModifierState">>;

/** The chord that was pressed, `null` for a modifier alone and for AltGr, which types. The key is named as printed without Shift or Alt. */
export function chordOf(event: KeyLike, isMac: boolean): string | null {
  if (["Control", "Shift", "Alt", "Meta", "AltGraph", "Dead", "Process"].includes(event.key)) return null;
  // Windows tells of AltGr as Ctrl with Alt: it types a sign, and orders nothing.
  if (!isMac && event.getModifierState?.("AltGraph")) return null;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const held = [mod && "Mod", isMac && event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"];
  return [...held.filter((name) => name !== false), keyName(event)].join("+");
}

/** Shift and Alt change what a key types (`}`, `˜`), so for these the place on the keyboard counts. */
function keyName(event: KeyLike): string {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  const digit = /^Digit([0-9])$/.exec(event.code)?.[1];
  const placed: Record<string, string> = {
    BracketLeft: "[",
    BracketRight: "]",
    Backslash: "\\",
    Backquote: "`",
    Period: ".",
    Comma: ",",
    Slash: "/",
    Minus: "-",
    Equal: "=",
  };
  const plain = !event.shiftKey && !event.altKey;
  if (plain && event.key.length === 1) return event.key.toUpperCase();
  return letter ?? digit ?? placed[event.code] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
}

/** `shift+mod+k` → `Mod+Shift+K`; null when it isn't a chord. A letter or sign needs Mod, Ctrl or Alt, so that typing stays typing. */
export function parseChord(text: string): string | null {
  const parts = text.trim().split(/\+(?!$)/);
  const key = parts.pop() ?? "";
  const held = parts.map((part) => modifiers.find((modifier) => modifier.toLowerCase() === part.trim().toLowerCase()));
  if (key === "" || held.includes(undefined) || new Set(held).size < held.length) return null;
  const name = key.length === 1 ? key.toUpperCase() : key;
  if (!/^F\d{1,2}$/.test(name) && !held.some((modifier) => modifier !== "Shift")) return null;
  return [...modifiers.filter((modifier) => held.includes(modifier)), name].join("+");
}

/**
 * Whether a chord is the app's even while a terminal has the focus. Everything else belongs to the shell:
 * Ctrl with a letter above all, which on a Mac is never `Mod`.
 */
export function leavesTerminal(chord: string, isMac: boolean): boolean {
  const held = chord.split(/\+(?!$)/).slice(0, -1);
  if (isMac && held.includes("Mod")) return true;
  const more = held.includes("Alt") || held.includes("Shift");
  return (held.includes("Mod") && more) || chord === "Mod+`" || chord.endsWith("F6");
}

/** The chords of each command: the person's choice (`""` for none) or the given ones. A choice that isn't a chord is passed over. */
export function effectiveKeys(shortcuts: Record<string, string>): Map<CommandId, readonly string[]> {
  return new Map(
    commandList.map((command): [CommandId, readonly string[]] => {
      const own = shortcuts[command.id];
      if (own === "") return [command.id, []];
      const chord = own === undefined ? null : parseChord(own);
      return [command.id, chord ? [chord] : command.keys];
    }),
  );
}

/** Chord → the commands that claim it, where there is more than one. The first of them gets it. */
export function conflicts(keys: Map<CommandId, readonly string[]>): Map<string, CommandId[]> {
  const claims = new Map<string, CommandId[]>();
  for (const [id, chords] of keys) for (const chord of chords) claims.set(chord, [...(claims.get(chord) ?? []), id]);
  return new Map([...claims].filter(([, ids]) => ids.length > 1));
}
