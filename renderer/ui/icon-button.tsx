import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Tooltip } from "./tooltip.tsx";

type Props = Omit<ComponentProps<"button">, "aria-label" | "title"> & {
  /** What it does: the accessible name and the tooltip. */
  label: string;
  shortcut?: string;
  pressed?: boolean;
  small?: boolean;
  children: ReactNode;
};

export function IconButton({ label, shortcut, pressed, small, className, children, ...rest }: Props): React.JSX.Element {
  return (
    <Tooltip label={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        {...rest}
        className={cx(
          "inline-flex shrink-0 items-center justify-center rounded-control text-muted transition-colors",
          "hover:not-disabled:bg-hover hover:not-disabled:text-text disabled:opacity-45 aria-pressed:bg-selected aria-pressed:text-text data-popup-open:bg-selected data-popup-open:text-text",
          small ? "size-5 touch:size-9" : "size-7 touch:size-10",
          className,
        )}
      >
        {children}
      </button>
    </Tooltip>
  );
}
