import { visibleText } from "../../shared/visible-text.ts";
import { checkLink, type CheckedLink } from "../markdown/check-link.ts";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
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
          <Button onClick={onClose}>Cancel</Button>
          <MainButton onClick={onPaste}>Paste</MainButton>
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

/** An address that a terminal printed; only the web's are opened from there. */
export function terminalLink(address: string): CheckedLink {
  const link = checkLink(address, "");
  return link.open !== null && /^https?:/.test(link.open) ? link : { ...link, open: null };
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
