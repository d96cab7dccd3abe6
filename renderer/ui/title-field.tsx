import { useRef, type KeyboardEvent } from "react";
import { cx } from "./cx.ts";
import { isComposing } from "./is-composing.ts";

type Props = {
  label: string;
  title: string;
  /** Keeps the new title; false if that didn't work, and the field stays with what was typed. */
  onSave: (title: string) => Promise<boolean>;
  /** `byKey`: the keys go on where the title is; otherwise the person went elsewhere. */
  onClose: (byKey: boolean) => void;
  mayBeEmpty?: boolean;
  placeholder?: string;
  className?: string;
};

/** A title being written in its place: Enter or leaving it saves, Escape gives up, and so does an empty one that may not be. */
export function TitleField({ label, title, onSave, onClose, mayBeEmpty, placeholder, className }: Props): React.JSX.Element {
  const busy = useRef(false);
  const finish = async (value: string, byKey: boolean): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    const next = value.trim();
    if ((next === "" && !mayBeEmpty) || next === title || (await onSave(next))) onClose(byKey);
    else busy.current = false;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    // What the title stands on has keys of its own.
    event.stopPropagation();
    if (isComposing(event)) return;
    if (event.key === "Enter") void finish(event.currentTarget.value, true);
    else if (event.key === "Escape") void finish(title, true);
    else return;
    event.preventDefault();
  };
  return (
    <input
      autoFocus
      data-owns-escape
      aria-label={label}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      maxLength={200}
      defaultValue={title}
      onFocus={(event) => event.target.select()}
      onBlur={(event) => void finish(event.target.value, false)}
      onKeyDown={onKeyDown}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      className={cx(
        "min-w-0 rounded-mark bg-canvas px-1 text-text outline-1 outline-line-strong touch:text-[1rem]",
        "focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-focus",
        className,
      )}
    />
  );
}
