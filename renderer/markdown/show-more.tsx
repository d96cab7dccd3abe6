import type { BoundedText } from "./bound-text.ts";

type Props = { bounded: BoundedText; shownAll: boolean; onShowAll: () => void; what?: string };

/** Under a text that was cut: how much is left, and the way to it. */
export function ShowMore({ bounded, shownAll, onShowAll, what = "lines" }: Props): React.JSX.Element | null {
  if (bounded.hiddenChars === 0) return null;
  const left =
    bounded.hiddenLines > 1
      ? `${bounded.hiddenLines.toLocaleString("en")} more ${what}`
      : `${bounded.hiddenChars.toLocaleString("en")} more characters`;
  if (shownAll)
    return (
      <p className="border-t border-line px-2.5 py-1.5 text-small text-muted">
        {left}, too many to draw here. Copy has them all.
      </p>
    );
  return (
    <button
      type="button"
      aria-expanded={false}
      onClick={onShowAll}
      className="row w-full border-t border-line px-2.5 text-left text-small text-muted -outline-offset-2 hover:bg-hover hover:text-text"
    >
      Show {left}
    </button>
  );
}
