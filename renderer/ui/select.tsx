import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { Menu } from "./menu.tsx";

type Option<V extends string> = { value: V; label: string; hint?: ReactNode };
type Props<V extends string> = {
  label: string;
  value: V;
  options: readonly Option<V>[];
  onChange: (value: V) => void;
  disabled?: boolean;
};

/** One of a few, all seen at once in a menu. For many use `Picker`. */
export function Select<V extends string>({ label, value, options, onChange, disabled }: Props<V>): React.JSX.Element {
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          disabled={disabled}
          aria-label={`${label}: ${chosen?.label ?? value}`}
          className="row inline-flex items-center gap-1.5 rounded-control border border-line-strong bg-raised px-2 hover:bg-hover disabled:opacity-50"
        >
          {chosen?.label ?? value}
          <ChevronDown className="size-3.5 text-faint" aria-hidden />
        </button>
      }
      entries={options.map((option) => ({
        label: option.label,
        hint: option.hint,
        checked: option.value === value,
        onSelect: () => onChange(option.value),
      }))}
    />
  );
}
