import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";

type UnsentProps = { text: string; ready: boolean; onClose: () => void; onType: () => void };

/** What was typed while nobody was there to take it: nothing types it later but the person. */
export function UnsentNote({ text, ready, onClose, onType }: UnsentProps): React.JSX.Element | null {
  if (text === "") return null;
  const type = (
    <Button disabled={!ready} onClick={onType}>
      Type it now
    </Button>
  );
  return (
    <Note onClose={onClose} action={type}>
      Hearth wasn’t answering: what you typed was not sent.
    </Note>
  );
}

/** A line over the terminal. */
export function Note({
  children,
  action,
  onClose,
}: {
  children: string;
  action?: ReactNode;
  onClose: () => void;
}): React.JSX.Element {
  return (
    <div role="status" className="flex items-center gap-2 border-b border-line bg-panel pr-1 pl-3 text-small text-muted">
      <p className="min-w-0 flex-1 py-1">{children}</p>
      {action}
      <IconButton label="Dismiss" small onClick={onClose}>
        <X className="size-3.5" aria-hidden />
      </IconButton>
    </div>
  );
}
