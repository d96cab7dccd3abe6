import type { CommandId } from "../../shared/commands.ts";
import type { MenuEntry } from "../ui/menu.tsx";
import { desktop } from "../desktop-bridge.ts";
import { useApp } from "../stores/app.ts";
import { chordOf, effectiveKeys, leavesTerminal } from "./chords.ts";
import { canRun, commandInfo, isCommandId, runCommand } from "./registry.ts";
import { isMac } from "../ui/is-mac.ts";

let known: {
  shortcuts: Record<string, string> | null;
  keys: Map<CommandId, readonly string[]>;
  byChord: Map<string, CommandId>;
} | null = null;

function current(): NonNullable<typeof known> {
  const shortcuts = useApp.getState().app?.settings.shortcuts ?? null;
  if (known && known.shortcuts === shortcuts) return known;
  const keys = effectiveKeys(shortcuts ?? {});
  const byChord = new Map<string, CommandId>();
  for (const [id, chords] of keys) for (const chord of chords) if (!byChord.has(chord)) byChord.set(chord, id);
  known = { shortcuts, keys, byChord };
  return known;
}

/** The command's first shortcut as it stands now. */
export function shortcutOf(id: CommandId): string | undefined {
  return current().keys.get(id)?.[0];
}

/** The same for a component; asked again with every change of the app's state, settings among it. */
export function useShortcut(id: CommandId): string | undefined {
  return useApp(() => shortcutOf(id));
}

/** A line of a menu for the command. */
export function commandEntry(id: CommandId, title?: string): MenuEntry {
  return {
    label: title ?? commandInfo(id).title,
    shortcut: shortcutOf(id),
    disabled: !canRun(id),
    onSelect: () => void runCommand(id),
  };
}

/** Listens for shortcuts, and for commands from the system's menu bar, for the life of the page. Call once. */
export function listenForCommands(): void {
  window.addEventListener("keydown", onKeyDown, { capture: true });
  desktop?.onCommand((id) => isCommandId(id) && runCommand(id));
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  const chord = chordOf(event, isMac);
  const id = chord ? current().byChord.get(chord) : undefined;
  if (!chord || !id) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(".xterm, [data-terminal]") && !leavesTerminal(chord, isMac)) return;
  if (target?.closest("[data-records-keys]")) return;
  // A modal dialog keeps the keys, but for the palette, which may take its place.
  if (target?.closest('[role="dialog"]') && id !== "palette.open") return;
  if (!runCommand(id)) return;
  event.preventDefault();
  event.stopPropagation();
}
