import { ContextMenu as BaseContext } from "@base-ui/react/context-menu";
import { Menu as Base } from "@base-ui/react/menu";
import { Check, ChevronRight } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Kbd } from "./kbd.tsx";

/** One line of a menu. `null` and `false` are left out, so that conditions can stand in the list. */
export type MenuEntry =
  | {
      kind?: "item";
      label: ReactNode;
      onSelect: () => void;
      icon?: ReactNode;
      shortcut?: string;
      disabled?: boolean;
      danger?: boolean;
      checked?: boolean;
      hint?: ReactNode;
    }
  | { kind: "submenu"; label: ReactNode; icon?: ReactNode; entries: MenuEntries }
  | { kind: "heading"; label: ReactNode }
  | { kind: "separator" };
export type MenuEntries = readonly (MenuEntry | null | false | undefined)[];

export const popupLook =
  "rounded-card border border-line-strong bg-raised p-1 text-text shadow-float outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0";
const itemLook =
  "row flex w-full items-center gap-2 rounded-control px-2 text-left outline-none select-none data-disabled:opacity-45 data-highlighted:bg-selected data-popup-open:bg-selected";

type MenuProps = {
  trigger: ReactElement;
  entries: MenuEntries;
  side?: "top" | "bottom" | "left" | "right";
  align?: "start" | "center" | "end";
};

/** A button's menu. `trigger` is the button element itself. */
export function Menu({ trigger, entries, side = "bottom", align = "start" }: MenuProps): React.JSX.Element {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} collisionPadding={8} className="z-40 outline-none">
          <Base.Popup className={cx(popupLook, "max-h-(--available-height) min-w-44 max-w-80 overflow-y-auto")}>
            <Lines entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** The menu of a right click, a long press, or the menu key on `children`. */
export function ContextMenu({ entries, children }: { entries: MenuEntries; children: ReactElement }): React.JSX.Element {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal>
        <BaseContext.Positioner className="z-40 outline-none" collisionPadding={8}>
          <BaseContext.Popup className={cx(popupLook, "max-h-(--available-height) min-w-44 max-w-80 overflow-y-auto")}>
            <Lines entries={entries} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}

function Lines({ entries }: { entries: MenuEntries }): ReactNode {
  const lines = entries.filter((entry): entry is MenuEntry => Boolean(entry));
  const withIcons = lines.some((entry) => "icon" in entry || "checked" in entry);
  return lines.map((entry, index) => <Line key={index} entry={entry} indent={withIcons} />);
}

function Line({ entry, indent }: { entry: MenuEntry; indent: boolean }): ReactNode {
  switch (entry.kind) {
    case "separator":
      return <Base.Separator className="mx-2 my-1 h-px bg-line" />;
    case "heading":
      return <div className="px-2 pt-1.5 pb-0.5 text-small text-faint">{entry.label}</div>;
    case "submenu":
      return (
        <Base.SubmenuRoot>
          <Base.SubmenuTrigger className={itemLook}>
            {indent ? (
              <span className="inline-flex size-4 shrink-0 items-center justify-center text-muted">{entry.icon}</span>
            ) : null}
            <span className="min-w-0 flex-1 truncate">{entry.label}</span>
            <ChevronRight className="size-3.5 text-faint" aria-hidden />
          </Base.SubmenuTrigger>
          <Base.Portal>
            <Base.Positioner className="z-40 outline-none" sideOffset={2} collisionPadding={8}>
              <Base.Popup className={cx(popupLook, "max-h-(--available-height) min-w-40 max-w-80 overflow-y-auto")}>
                <Lines entries={entry.entries} />
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.SubmenuRoot>
      );
    default:
      return (
        <Base.Item
          disabled={entry.disabled}
          onClick={entry.onSelect}
          className={cx(itemLook, entry.danger && "text-removed data-highlighted:bg-removed-soft")}
          aria-checked={entry.checked}
          role={entry.checked === undefined ? "menuitem" : "menuitemcheckbox"}
        >
          {indent ? (
            <span className="inline-flex size-4 shrink-0 items-center justify-center text-muted">
              {entry.checked ? <Check className="size-3.5" aria-hidden /> : entry.icon}
            </span>
          ) : null}
          <span className="min-w-0 flex-1 truncate">{entry.label}</span>
          {entry.hint ? <span className="text-small text-muted">{entry.hint}</span> : null}
          {entry.shortcut ? <Kbd keys={entry.shortcut} quiet /> : null}
        </Base.Item>
      );
  }
}
