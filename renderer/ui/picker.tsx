import { Combobox as Base } from "@base-ui/react/combobox";
import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx.ts";
import { popupLook } from "./menu.tsx";

export type PickerItem = {
  value: string;
  label: string;
  /** A word or two at the end of the line. */
  hint?: string;
  /** What choosing it means, on lines of its own: never cut off. */
  detail?: string;
  icon?: ReactNode;
  disabled?: boolean;
  /** Found by these words too. */
  words?: string;
  /** What it is marked with at the end of the line. */
  marks?: ReactNode;
  /** The heading it stands under, with all of the same one after each other. */
  group?: string;
};

type PickerGroup = { value: string; items: PickerItem[] };

type Props = {
  /** The button element that shows what is chosen. */
  trigger: ReactElement;
  label: string;
  items: readonly PickerItem[];
  value: string | null;
  onChange: (value: string) => void;
  /** Values chosen lately, latest first; listed before the others. */
  recents?: readonly string[];
  emptyText?: string;
  /** Told what is typed, where the items are looked up by it elsewhere: then `items` are what was found. */
  onSearch?: (query: string) => void;
  footer?: ReactNode;
  side?: "top" | "bottom";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
};

/** One of many: opens on a search field, recent choices first, arrows and Enter to choose. */
export function Picker(props: Props): React.JSX.Element {
  const {
    trigger,
    label,
    items,
    value,
    onChange,
    recents = [],
    emptyText = "Nothing matches.",
    onSearch,
    footer,
    side = "bottom",
    open,
    onOpenChange,
  } = props;
  const sorted = recentFirst(items, recents);
  const groups = [...Map.groupBy(sorted, (item) => item.group ?? "")].map(([name, inside]) => ({ value: name, items: inside }));
  const grouped = groups.some((group) => group.value !== "");
  return (
    <Base.Root<PickerItem>
      items={grouped ? groups : sorted}
      value={items.find((item) => item.value === value) ?? null}
      onValueChange={(item) => item && onChange(item.value)}
      isItemEqualToValue={(a, b) => a.value === b.value}
      itemToStringLabel={(item) => [item.label, item.hint, item.detail, item.words].filter(Boolean).join(" ")}
      {...(onSearch
        ? { filter: null, onInputValueChange: (text: string, { reason }) => onSearch(reason === "input-change" ? text : "") }
        : {})}
      open={open}
      onOpenChange={onOpenChange}
      autoHighlight
    >
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align="start" sideOffset={4} collisionPadding={8} className="z-40 outline-none">
          <Base.Popup
            aria-label={label}
            className={cx(
              popupLook,
              "flex w-76 max-w-[calc(100vw-1rem)] flex-col p-0 min-w-(--anchor-width)",
              grouped ? "max-h-[min(32rem,var(--available-height))]" : "max-h-[min(22rem,var(--available-height))]",
            )}
          >
            <div className="border-b border-line p-1">
              <Base.Input
                placeholder={label}
                className="row w-full rounded-control bg-transparent px-2 outline-none touch:text-[1rem]"
              />
            </div>
            <Base.Empty className="px-3 text-muted not-empty:py-2">{emptyText}</Base.Empty>
            <Base.List className="min-h-0 overflow-y-auto p-1 outline-none empty:p-0">
              {grouped
                ? (group: PickerGroup) => (
                    <Base.Group key={group.value} items={group.items}>
                      <Base.GroupLabel className="px-2 pt-2 pb-0.5 text-small font-medium text-muted">
                        {group.value}
                      </Base.GroupLabel>
                      <Base.Collection>{(item: PickerItem) => <Line key={item.value} item={item} />}</Base.Collection>
                    </Base.Group>
                  )
                : (item: PickerItem) => <Line key={item.value} item={item} />}
            </Base.List>
            {footer ? <div className="border-t border-line p-1">{footer}</div> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Line({ item }: { item: PickerItem }): React.JSX.Element {
  return (
    <Base.Item
      value={item}
      disabled={item.disabled}
      className="group row flex items-start gap-2 rounded-control px-2 py-1 outline-none data-highlighted:bg-selected touch:py-2.5"
    >
      {item.icon ? <span className="flex h-5 shrink-0 items-center group-data-disabled:opacity-45">{item.icon}</span> : null}
      <span className="min-w-0 flex-1 group-data-disabled:text-muted">
        <span className="line-clamp-2 wrap-anywhere">{item.label}</span>
        {item.detail ? <span className="block text-small break-words text-muted">{item.detail}</span> : null}
      </span>
      {item.hint ? <span className="max-w-1/2 truncate text-small leading-5 text-muted">{item.hint}</span> : null}
      {item.marks ? <span className="flex h-5 shrink-0 items-center gap-1.5 text-muted">{item.marks}</span> : null}
      <Base.ItemIndicator className="flex h-5 items-center">
        <Check className="size-3.5 text-muted" aria-hidden />
      </Base.ItemIndicator>
    </Base.Item>
  );
}

function recentFirst(items: readonly PickerItem[], recents: readonly string[]): PickerItem[] {
  const rank = (item: PickerItem): number => {
    const at = recents.indexOf(item.value);
    return at === -1 ? recents.length : at;
  };
  return items.toSorted((a, b) => rank(a) - rank(b));
}
