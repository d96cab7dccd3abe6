import { Popover as Base } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { Sight } from "./ember.ts";
import { popupLook } from "./menu.tsx";

type Props = {
  title: ReactNode;
  /** Where it opens; looked up as it does, and again as the page changes. */
  anchor: () => Element | null;
  side?: "top" | "bottom" | "left" | "right";
  onClose: () => void;
  children: ReactNode;
  className?: string;
};

/** Shown as long as it is rendered, beside a place on the page that may have been reached by a key as well. */
export function AnchoredPopover({ title, anchor, side = "bottom", onClose, children, className }: Props): React.JSX.Element {
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} side={side} align="start" sideOffset={6} collisionPadding={8} className="z-30">
          <Base.Popup
            className={cx(
              popupLook,
              "flex max-h-(--available-height) max-w-[calc(100vw-1rem)] flex-col gap-3 overflow-y-auto p-4",
              className,
            )}
          >
            <Base.Title className="font-semibold">{title}</Base.Title>
            <Sight value="dialog">{children}</Sight>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
