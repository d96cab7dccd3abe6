import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Kbd } from "./kbd.tsx";

const variants = {
  /** The one action that a view is about. */
  filled: "bg-accent text-on-accent font-medium hover:not-disabled:opacity-90",
  outline: "border border-line-strong bg-raised hover:not-disabled:bg-hover",
  plain: "hover:not-disabled:bg-hover",
  /** Loses something. */
  danger: "border border-removed/50 text-removed hover:not-disabled:bg-removed-soft",
};

type Props = ComponentProps<"button"> & { variant?: keyof typeof variants; shortcut?: string; icon?: ReactNode };

export function Button({ variant = "outline", shortcut, icon, className, children, ...rest }: Props): React.JSX.Element {
  return (
    <button
      type="button"
      {...rest}
      className={cx(
        "row inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control px-2.5 whitespace-nowrap transition-[background-color,opacity]",
        "disabled:opacity-50 aria-disabled:opacity-50",
        variants[variant],
        className,
      )}
    >
      {icon}
      {children}
      {shortcut ? <Kbd keys={shortcut} quiet /> : null}
    </button>
  );
}
