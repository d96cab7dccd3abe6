import { TriangleAlert } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { CheckedLink } from "./check-link.ts";
import { CopyButton } from "./copy-button.tsx";

/** Shows where a link really leads, and what speaks against it, before it is followed. One that can't be opened can be read. */
export function LinkDialog({ link, onClose }: { link: CheckedLink; onClose: () => void }): React.JSX.Element {
  const { open } = link;
  return (
    <Dialog
      title="Open this address?"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <MainButton
            disabled={open === null}
            onClick={() => {
              if (open !== null) window.open(open, "_blank", "noopener,noreferrer");
              onClose();
            }}
          >
            Open
          </MainButton>
        </>
      }
    >
      <div className="flex items-start gap-1 rounded-control border border-line bg-panel p-2">
        <code className="selectable max-h-40 min-w-0 flex-1 overflow-y-auto break-all">{link.shown}</code>
        {open === null ? null : <CopyButton label="Copy address" text={() => open} />}
      </div>
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
