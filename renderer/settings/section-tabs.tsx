import { useRef, type KeyboardEvent } from "react";
import type { findSettings, SettingsSectionId } from "../../shared/settings-sections.ts";
import { cx } from "../ui/cx.ts";

type Props = {
  found: ReturnType<typeof findSettings>;
  shown: SettingsSectionId;
  onShow: (id: SettingsSectionId) => void;
};

const steps: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -100, End: 100 };

/** The sections below each other, on a phone beside each other; arrows go from one to the next. */
export function SectionTabs({ found, shown, onShow }: Props): React.JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    const at = found.findIndex(({ section }) => section.id === shown);
    const next = step === undefined ? undefined : found[Math.max(0, Math.min(found.length - 1, at + step))];
    if (!next) return;
    event.preventDefault();
    onShow(next.section.id);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label="Sections"
      onKeyDown={onKeyDown}
      className="flex shrink-0 gap-0.5 overflow-x-auto [scrollbar-width:none] max-tablet:fade-overflow-x tablet:flex-col"
    >
      {found.map(({ section: { id, title }, found: names }) => (
        <button
          key={id}
          type="button"
          role="tab"
          aria-selected={id === shown}
          tabIndex={id === shown ? 0 : -1}
          // On a phone the one that is shown may lie outside of the line.
          ref={id === shown ? (element) => element?.scrollIntoView({ block: "nearest", inline: "center" }) : undefined}
          onClick={() => onShow(id)}
          className={cx(
            "row shrink-0 rounded-control px-2 py-1 text-left -outline-offset-2",
            id === shown ? "bg-selected font-medium" : "text-muted hover:bg-hover hover:text-text",
          )}
        >
          <span className="block whitespace-nowrap">{title}</span>
          {names.slice(0, 3).map((name) => (
            <span key={name} className="block truncate text-small font-normal text-muted max-tablet:hidden">
              {name}
            </span>
          ))}
        </button>
      ))}
    </div>
  );
}
