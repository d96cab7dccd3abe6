import { cx } from "./cx.ts";
import { isMac } from "./is-mac.ts";

const macSigns: Record<string, string> = {
  Mod: "⌘",
  Shift: "⇧",
  Alt: "⌥",
  Ctrl: "⌃",
  Enter: "⏎",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Backspace: "⌫",
};
const otherSigns: Record<string, string> = {
  Mod: "Ctrl",
  Enter: "Enter",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};

/** A chord such as `Mod+Shift+K` as this system writes it: `⇧⌘K` or `Ctrl+Shift+K`. */
export function chordText(keys: string): string {
  const parts = keys.split(" ").map((chord) => {
    const names = chord.split(/\+(?!$)/);
    if (isMac)
      return macOrder(names)
        .map((name) => macSigns[name] ?? name.toUpperCase())
        .join("");
    return names.map((name) => otherSigns[name] ?? (name.length === 1 ? name.toUpperCase() : name)).join("+");
  });
  return parts.join(" ");
}

function macOrder(names: string[]): string[] {
  const order = ["Ctrl", "Alt", "Shift", "Mod"];
  return names.toSorted((a, b) => (order.indexOf(a) + 1 || 9) - (order.indexOf(b) + 1 || 9));
}

export function Kbd({ keys, quiet }: { keys: string; quiet?: boolean }): React.JSX.Element {
  return (
    <kbd
      className={cx(
        "shrink-0 font-sans text-small whitespace-nowrap",
        quiet ? "opacity-75 touch:hidden" : "rounded-mark border border-line px-1 text-muted",
      )}
    >
      {chordText(keys)}
    </kbd>
  );
}
