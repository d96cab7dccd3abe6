import { Search, X } from "lucide-react";
import { useRef } from "react";
import { cx } from "./cx.ts";
import { isComposing } from "./is-composing.ts";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Without a border, as a line of a list. */
  plain?: boolean;
  className?: string;
};

/** A field that searches what stands below it; Escape or the cross empties it. */
export function SearchField({ label, value, onChange, plain = false, className }: Props): React.JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const clear = (): void => {
    onChange("");
    field.current?.focus();
  };
  return (
    <div
      className={cx(
        "row flex items-center gap-2 rounded-control px-2",
        plain
          ? "focus-within:bg-hover hover:bg-hover"
          : "border border-line-strong bg-canvas transition-colors focus-within:border-accent",
        className,
      )}
    >
      <Search className="size-3.5 shrink-0 text-faint" aria-hidden />
      <input
        ref={field}
        type="search"
        // A text to be emptied takes the first Escape, before what the field lies in.
        data-owns-escape={value === "" ? undefined : ""}
        aria-label={label}
        placeholder={label}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || value === "" || isComposing(event)) return;
          event.preventDefault();
          event.stopPropagation();
          clear();
        }}
        className="min-w-0 flex-1 bg-transparent text-text outline-none [&::-webkit-search-cancel-button]:hidden touch:text-[1rem]"
      />
      {value === "" ? null : (
        <button
          type="button"
          aria-label="Empty the search"
          onClick={clear}
          className="-mr-1 inline-flex size-5 shrink-0 items-center justify-center rounded-mark text-faint hover:bg-hover hover:text-text touch:size-9"
        >
          <X className="size-3" aria-hidden />
        </button>
      )}
    </div>
  );
}
