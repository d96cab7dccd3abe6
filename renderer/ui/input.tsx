import type { ComponentProps, ReactNode } from "react";
import { useId } from "react";
import { cx } from "./cx.ts";

const look =
  "w-full rounded-control border border-line-strong bg-canvas px-2 text-text outline-none transition-colors focus-visible:border-accent aria-invalid:border-removed disabled:opacity-50";

export function Input({ className, ...rest }: ComponentProps<"input">): React.JSX.Element {
  return <input spellCheck={false} autoComplete="off" {...rest} className={cx(look, "row touch:text-[1rem]", className)} />;
}

/** As high as what is in it, up to a point. */
export function TextArea({ className, ...rest }: ComponentProps<"textarea">): React.JSX.Element {
  return (
    <textarea
      {...rest}
      className={cx(look, "field-sizing-content max-h-48 min-h-16 resize-none py-1.5 touch:text-[1rem]", className)}
    />
  );
}

type FieldProps = {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  children: (ids: { id: string; "aria-describedby": string; "aria-invalid": boolean }) => ReactNode;
};

/** A label above, the control, and below it a hint or what is wrong. */
export function Field({ label, hint, error, children }: FieldProps): React.JSX.Element {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-small font-medium text-muted">
        {label}
      </label>
      {children({ id, "aria-describedby": noteId, "aria-invalid": Boolean(error) })}
      <div id={noteId} className={cx("text-small empty:hidden", error ? "text-removed" : "text-faint")}>
        {error ?? hint}
      </div>
    </div>
  );
}
