import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "../ui/cx.ts";

type ButtonProps = ComponentProps<"button"> & { name: string; quiet?: boolean; children: ReactNode };

/** What is chosen, as the button that opens its picker. */
export function PickerButton({ name, quiet, className, children, ...rest }: ButtonProps): React.JSX.Element {
  return (
    <button
      type="button"
      {...rest}
      aria-label={name}
      title={name}
      className={cx(
        "row flex max-w-44 shrink-0 items-center gap-1.5 rounded-control px-1.5 whitespace-nowrap -outline-offset-2 hover:bg-hover data-popup-open:bg-selected",
        quiet ? "text-muted" : "text-text",
        className,
      )}
    >
      <span className="flex min-w-0 items-center gap-1.5 truncate">{children}</span>
      <ChevronDown className="size-3 shrink-0 text-faint" aria-hidden />
    </button>
  );
}
