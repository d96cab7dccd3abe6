import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Sight } from "./ember.ts";
import { IconButton } from "./icon-button.tsx";

type Props = { title: string; onClose: () => void; children: ReactNode };

/** A page in the session's place: its name, the way back, and what it is about. */
export function PageFrame({ title, onClose, children }: Props): React.JSX.Element {
  return (
    <main aria-label={title} data-page tabIndex={-1} className="absolute inset-0 z-10 flex flex-col bg-canvas outline-none">
      <header className="flex h-8.5 shrink-0 items-center gap-2 border-b border-line bg-panel pr-1 pl-4">
        <h1 className="min-w-0 flex-1 truncate font-semibold">{title}</h1>
        <IconButton label="Close" shortcut="Escape" onClick={onClose}>
          <X className="size-4" aria-hidden />
        </IconButton>
      </header>
      <Sight value="panel">{children}</Sight>
    </main>
  );
}
