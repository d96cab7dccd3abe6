import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useRef, type ReactNode } from "react";
import { cx } from "./cx.ts";
import { Sight } from "./ember.ts";

export const backdropLook =
  "fixed inset-0 z-30 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0";

type Props = {
  title: ReactNode;
  description?: ReactNode;
  onClose: () => void;
  children?: ReactNode;
  /** Buttons, the one that goes on last. */
  footer?: ReactNode;
  /** In CSS; the default suits a question. */
  width?: string;
  className?: string;
};

/**
 * Shown as long as it is rendered. Escape, the backdrop and ✕ ask to close. On a phone it fills the screen's width.
 * The focus goes to what has `autoFocus`, else to the first field, else to the first button below, which is the safe one.
 */
export function Dialog({ title, description, onClose, children, footer, width = "28rem", className }: Props): React.JSX.Element {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={backdropLook} />
        <Base.Popup
          ref={popup}
          initialFocus={() => firstFocus(popup.current)}
          style={{ width: `min(${width}, calc(100vw - 1rem))` }}
          className={cx(
            "fixed top-[max(0.5rem,12vh)] left-1/2 z-30 flex max-h-[min(80vh,calc(100dvh-1rem))] -translate-x-1/2 flex-col rounded-card border border-line-strong bg-raised text-text shadow-float outline-none",
            "transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0",
            className,
          )}
        >
          <header className="flex items-start gap-2 py-3 pr-3 pl-4">
            <div className="min-w-0 flex-1 pt-1">
              <Base.Title className="font-semibold">{title}</Base.Title>
              {description ? <Base.Description className="mt-1 text-muted">{description}</Base.Description> : null}
            </div>
            {/* Without a tooltip, which would take the first Escape for itself. */}
            <Base.Close
              aria-label="Close"
              className="inline-flex size-7 shrink-0 items-center justify-center rounded-control text-muted transition-colors hover:bg-hover hover:text-text touch:size-10"
            >
              <X className="size-4" aria-hidden />
            </Base.Close>
          </header>
          <Sight value="dialog">
            {children ? (
              <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-4" data-dialog-body>
                {children}
              </div>
            ) : null}
            {footer ? (
              <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3" data-dialog-footer>
                {footer}
              </footer>
            ) : null}
          </Sight>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** In the order of the page: a field, or the section that is shown. */
const fields =
  "input:not(:disabled, [type=radio]:not(:checked)), textarea:not(:disabled), select:not(:disabled), [role=tab][aria-selected=true]";

function firstFocus(popup: HTMLElement | null): HTMLElement | null {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && focused !== popup && popup?.contains(focused)) return focused;
  return (
    popup?.querySelector<HTMLElement>(`[data-dialog-body] :is(${fields})`) ??
    popup?.querySelector<HTMLElement>("[data-dialog-footer] button:not(:disabled)") ??
    popup
  );
}
