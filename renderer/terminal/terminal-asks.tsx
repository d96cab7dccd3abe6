import { TriangleAlert } from "lucide-react";
import { visibleText } from "../../shared/visible-text.ts";
import { checkLink } from "../markdown/check-link.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { PastedText } from "./pasted-text.ts";

const shownLines = 40;

/** Several lines in a terminal can mean several commands: they are shown before they go in. */
export function PasteDialog({
  pasted,
  onPaste,
  onClose,
}: {
  pasted: PastedText;
  onPaste: () => void;
  onClose: () => void;
}): React.JSX.Element {
  const lines = pasted.text.split("\n");
  const rest = lines.length - shownLines;
  return (
    <Dialog
      title={`Paste ${pasted.lines} lines?`}
      description="A program may take each line as a command. Nothing is run by the paste itself where the program knows pasting; elsewhere all lines but the last run at once."
      onClose={onClose}
      width="36rem"
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button look="filled" onClick={onPaste}>
            Paste
          </Button>
        </>
      }
    >
      <pre className="selectable max-h-72 overflow-auto rounded-control border border-line bg-canvas p-2 break-all whitespace-pre-wrap">
        {visibleText(lines.slice(0, shownLines).join("\n"))}
      </pre>
      {rest > 0 ? <p className="mt-2 text-small text-muted">… and {rest} more lines</p> : null}
    </Dialog>
  );
}

/** The text of a link in a terminal needn't be its address, so the address is shown before it is followed. */
export function LinkDialog({ address, onClose }: { address: string; onClose: () => void }): React.JSX.Element {
  const link = checkLink(address, "");
  return (
    <Dialog
      title="Open this address?"
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="filled"
            disabled={link.open === null}
            onClick={() => {
              openAddress(address);
              onClose();
            }}
          >
            Open
          </Button>
        </>
      }
    >
      <code className="selectable block max-h-40 overflow-y-auto rounded-control border border-line bg-panel p-2 break-all">
        {link.shown}
      </code>
      <ul className="mt-3 flex flex-col gap-1.5 text-muted empty:hidden">
        {link.warnings.map((warning) => (
          <li key={warning} className="flex gap-2">
            <TriangleAlert className="mt-0.5 size-3.5 shrink-0 text-changed" aria-hidden />
            {warning}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Whether following the address needs no second look: a plain web address that is what it seems. */
export function isPlainAddress(address: string): boolean {
  const link = checkLink(address, address);
  return link.open !== null && /^https?:/.test(link.open) && link.warnings.length === 0;
}

export function openAddress(address: string): void {
  const { open } = checkLink(address, address);
  if (open !== null && /^https?:/.test(open)) window.open(open, "_blank", "noopener,noreferrer");
}
