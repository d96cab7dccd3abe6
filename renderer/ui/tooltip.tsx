import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { Kbd } from "./kbd.tsx";

/** Around the whole page: once one tooltip is shown, its neighbours follow without delay. */
export function TooltipProvider({ children }: { children: ReactNode }): React.JSX.Element {
  return (
    <Base.Provider delay={500} closeDelay={60}>
      {children}
    </Base.Provider>
  );
}

type Props = { label: ReactNode; shortcut?: string; side?: "top" | "bottom" | "left" | "right"; children: ReactElement };

/** Says what a control does, to those who see it; the control needs its own accessible name. */
export function Tooltip({ label, shortcut, side = "bottom", children }: Props): React.JSX.Element {
  return (
    // Escape closes what the control lies in as well: a tooltip is no step of its own.
    <Base.Root onOpenChange={(_open, details) => details.reason === "escape-key" && details.allowPropagation()}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup className="flex max-w-80 items-center gap-2 rounded-control border border-line-strong bg-raised px-2 py-1 text-small text-text shadow-float transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            <span className="min-w-0 break-words">{label}</span>
            {shortcut ? <Kbd keys={shortcut} /> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
