import type { KeyboardEvent } from "react";
import { Input } from "../ui/input.tsx";

type Props = { words: string; found: number; onChange: (words: string) => void; onClose: () => void };

/** Lists only the files whose path has the words in it; Enter goes on to the list, Escape to all files. */
export function FileFilter({ words, found, onChange, onClose }: Props): React.JSX.Element {
  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const list = event.currentTarget.closest("[data-changes]")?.querySelector<HTMLElement>("[role=listbox]");
    if (event.key === "Escape") onClose();
    list?.focus();
  }
  return (
    <search className="flex shrink-0 items-center gap-2 border-b border-line py-1 pr-3 pl-2">
      <Input
        autoFocus
        aria-label="Find files"
        placeholder="Part of a path"
        value={words}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className="min-w-0 flex-1"
      />
      <span role="status" className="shrink-0 text-small text-muted tabular-nums">
        {found === 1 ? "1 file" : `${found} files`}
      </span>
    </search>
  );
}
