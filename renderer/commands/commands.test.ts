import { describe, expect, it } from "vitest";
import { commandList } from "../../shared/commands.ts";
import { chordOf, conflicts, effectiveKeys, leavesTerminal, parseChord, type KeyLike } from "./chords.ts";

const press = (code: string, key: string, held: Partial<KeyLike> = {}): KeyLike => ({
  code,
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("chords", () => {
  it("names a chord by the key's place when Shift or Alt change what it types", () => {
    expect(chordOf(press("BracketRight", "}", { ctrlKey: true, shiftKey: true }), false)).toBe("Mod+Shift+]");
    expect(chordOf(press("KeyN", "˜", { metaKey: true, altKey: true }), true)).toBe("Mod+Alt+N");
    expect(chordOf(press("KeyK", "k", { ctrlKey: true }), true)).toBe("Ctrl+K");
    expect(chordOf(press("ControlLeft", "Control", { ctrlKey: true }), false)).toBeNull();
  });

  it("follows the letters of another keyboard when no Shift or Alt is held", () => {
    expect(chordOf(press("KeyQ", "a", { ctrlKey: true }), false)).toBe("Mod+A");
  });

  it("reads chords in any order and refuses what would swallow typing", () => {
    expect(parseChord("shift+mod+k")).toBe("Mod+Shift+K");
    expect(parseChord("Mod++")).toBe("Mod++");
    expect(parseChord("F6")).toBe("F6");
    for (const bad of ["k", "Shift+K", "Mod+", "Hyper+K", "Mod+Mod+K", ""]) expect(parseChord(bad)).toBeNull();
  });

  it("S43 leaves the shell its keys", () => {
    for (const chord of ["Mod+K", "Mod+L", "Mod+\\", "Mod+1", "Alt+ArrowUp", "Mod+J"])
      expect(leavesTerminal(chord, false)).toBe(false);
    for (const chord of ["Mod+`", "Mod+Shift+P", "Mod+Alt+W", "F6"]) expect(leavesTerminal(chord, false)).toBe(true);
    expect(leavesTerminal("Mod+K", true)).toBe(true);
    expect(leavesTerminal("Ctrl+K", true)).toBe(false);
  });

  it("has no conflicts as delivered, only valid chords, and no id twice", () => {
    const keys = effectiveKeys({});
    expect(conflicts(keys).size).toBe(0);
    for (const chord of [...keys.values()].flat()) expect(parseChord(chord)).toBe(chord);
    expect(new Set(commandList.map((command) => command.id)).size).toBe(commandList.length);
  });

  it("gives no command a chord of Ctrl with Alt, and takes AltGr for typing", () => {
    for (const { keys } of commandList) expect(keys.filter((chord) => chord.startsWith("Mod+Alt+"))).toEqual([]);
    const altGr = press("KeyE", "€", { ctrlKey: true, altKey: true, getModifierState: (key) => key === "AltGraph" });
    expect(chordOf(altGr, false)).toBeNull();
    expect(chordOf({ ...altGr, getModifierState: () => false }, false)).toBe("Mod+Alt+E");
  });

  it("takes the person's choice, and shows what it collides with", () => {
    const keys = effectiveKeys({ "chat.new": "mod+k", "tab.close": "", "pane.zoom": "nonsense" });
    expect(keys.get("chat.new")).toEqual(["Mod+K"]);
    expect(keys.get("tab.close")).toEqual([]);
    expect(keys.get("pane.zoom")).toEqual(["Mod+Shift+M"]);
    expect(conflicts(keys)).toEqual(new Map([["Mod+K", ["chat.new", "palette.open"]]]));
  });
});
