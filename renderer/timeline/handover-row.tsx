import { ChevronRight } from "lucide-react";
import { PlainText } from "../markdown/plain-text.tsx";
import { Visible } from "../markdown/visible.tsx";
import { cx } from "../ui/cx.ts";
import { useOpened } from "./timeline-actions.ts";

/** That the agent was told of turns that it missed; opened to see what it was told. */
export function HandoverRow({
  rowKey,
  message,
  account,
}: {
  rowKey: string;
  message: string;
  account: string;
}): React.JSX.Element {
  const [open, toggle] = useOpened(rowKey);
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={toggle}
        className="row -mx-1.5 flex w-[calc(100%+0.75rem)] items-center gap-2 rounded-control px-1.5 text-left text-muted hover:bg-hover"
      >
        <span className="inline-flex w-4 shrink-0 justify-center">
          <ChevronRight className={cx("size-3.5 text-faint transition-transform", open && "rotate-90")} aria-hidden />
        </span>
        <span className="min-w-0 truncate">
          <Visible text={message} />
        </span>
      </button>
      {open ? <PlainText text={account.trim()} mono className="mb-2 ml-2 border-l border-line pl-2" /> : null}
    </div>
  );
}
