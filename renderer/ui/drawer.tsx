import { Drawer as Base } from "@base-ui/react/drawer";
import type { ReactNode } from "react";
import { backdropLook } from "./dialog.tsx";

type Props = { label: string; open: boolean; onOpenChange: (open: boolean) => void; children: ReactNode };

/** A panel over the page's left edge, for small screens; a swipe to the left puts it away. */
export function Drawer({ label, open, onOpenChange, children }: Props): React.JSX.Element {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} swipeDirection="left">
      <Base.Portal>
        <Base.Backdrop className={backdropLook} />
        <Base.Viewport className="fixed inset-0 z-30 flex justify-start">
          <Base.Popup
            aria-label={label}
            className="h-full w-[min(20rem,85vw)] [transform:translateX(var(--drawer-swipe-movement-x))] border-r border-line-strong bg-panel pt-[env(safe-area-inset-top)] pb-[env(safe-area-inset-bottom)] outline-none transition-transform data-ending-style:[transform:translateX(-100%)] data-starting-style:[transform:translateX(-100%)] data-swiping:select-none"
          >
            <Base.Content className="h-full">{children}</Base.Content>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
