import { RotateCcw } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { commandGroups, commandList, type CommandId, type CommandInfo } from "../../shared/commands.ts";
import { useSettings } from "../stores/app.ts";
import { patchSettings } from "./patch-settings.ts";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd, chordText } from "../ui/kbd.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { chordOf, conflicts, effectiveKeys, leavesTerminal, parseChord } from "./chords.ts";
import { isMac } from "../ui/is-mac.ts";
import { ranked } from "../../shared/fuzzy.ts";
import { commandInfo } from "./registry.ts";

/** Every command with its shortcut; choosing one waits for new keys. Collisions are named on both. */
export function ShortcutList(): React.JSX.Element {
  const [query, setQuery] = useState("");
  const shortcuts = useSettings()?.shortcuts ?? {};
  const keys = effectiveKeys(shortcuts);
  const clashes = conflicts(keys);
  const commands: readonly CommandInfo[] = ranked(commandList, query, (command) => `${command.title} ${command.group}`);
  const change = (id: CommandId, chord: string | null): void => {
    const { [id]: _was, ...rest } = shortcuts;
    void patchSettings({ shortcuts: chord === null ? rest : { ...rest, [id]: chord } });
  };
  return (
    <div className="flex flex-col gap-3">
      <SearchField label="Search commands" value={query} onChange={setQuery} />
      <p className="text-small text-muted">
        Choose a shortcut to change it, Backspace to take it away. Shortcuts marked <span className="text-text">▸</span> work
        inside a terminal too; all other keys are the shell’s.
      </p>
      {commandGroups.map((group) => {
        const members = commands.filter((command) => command.group === group);
        return members.length === 0 ? null : (
          <section key={group} aria-label={group}>
            <h3 className="mb-1 text-small font-semibold text-muted">{group}</h3>
            <ul className="rounded-card border border-line">
              {members.map((command) => (
                <Row
                  key={command.id}
                  command={command}
                  chords={keys.get(command.id) ?? []}
                  changed={shortcuts[command.id] !== undefined}
                  rivals={rivalsOf(command.id, keys, clashes)}
                  onChange={(chord) => change(command.id, chord)}
                />
              ))}
            </ul>
          </section>
        );
      })}
      {commands.length === 0 ? <p className="text-muted">No command is called that.</p> : null}
    </div>
  );
}

function rivalsOf(id: CommandId, keys: Map<CommandId, readonly string[]>, clashes: Map<string, CommandId[]>): string[] {
  const rivals = (keys.get(id) ?? []).flatMap((chord) => clashes.get(chord) ?? []).filter((other) => other !== id);
  return [...new Set(rivals)].map((other) => commandInfo(other).title);
}

type RowProps = {
  command: CommandInfo;
  chords: readonly string[];
  changed: boolean;
  rivals: string[];
  onChange: (chord: string | null) => void;
};

function Row({ command, chords, changed, rivals, onChange }: RowProps): React.JSX.Element {
  const [recording, setRecording] = useState(false);
  const record = (event: KeyboardEvent): void => {
    if (!recording || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    const chord = chordOf(event.nativeEvent, isMac);
    const valid = chord ? parseChord(chord) : null;
    if (event.key === "Escape") setRecording(false);
    else if (event.key === "Backspace" || event.key === "Delete") finish("");
    else if (valid) finish(valid);
  };
  const finish = (chord: string): void => {
    setRecording(false);
    onChange(chord);
  };
  return (
    <li className="row flex items-center gap-2 border-b border-line px-2.5 last:border-b-0">
      <span className="min-w-0 flex-1">
        {command.title}
        {rivals.length > 0 ? <span className="block text-small text-changed">Also: {rivals.join(", ")}</span> : null}
      </span>
      {chords.some((chord) => leavesTerminal(chord, isMac)) ? (
        <span title="Works inside a terminal too" className="text-small text-faint">
          ▸<span className="sr-only">works inside a terminal too</span>
        </span>
      ) : null}
      {changed ? (
        <IconButton small label={`Back to the given shortcut of ${command.title}`} onClick={() => onChange(null)}>
          <RotateCcw className="size-3" aria-hidden />
        </IconButton>
      ) : null}
      <button
        type="button"
        data-records-keys={recording ? "" : undefined}
        aria-label={`Shortcut of ${command.title}: ${chords.map(chordText).join(" or ") || "none"}. Change it`}
        onClick={() => setRecording(true)}
        onBlur={() => setRecording(false)}
        onKeyDown={record}
        className={cx(
          "inline-flex h-6 min-w-20 items-center justify-end gap-1 rounded-control px-1 hover:bg-hover",
          recording && "bg-accent-soft",
        )}
      >
        {recording ? (
          <span className="text-small text-accent">Press keys…</span>
        ) : (
          chords.map((chord) => <Kbd key={chord} keys={chord} />)
        )}
        {!recording && chords.length === 0 ? <span className="text-small text-faint">none</span> : null}
      </button>
    </li>
  );
}
