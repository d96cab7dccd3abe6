import { useState } from "react";
import { attempt } from "../commands/actions.ts";
import { desktop } from "../desktop-bridge.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/input.tsx";
import { FolderBrowser } from "./folder-browser.tsx";

type Props = {
  path: string;
  onPath: (path: string) => void;
  error: string | null;
  /** The folders are shown from the start, and not only when asked for. */
  browsing?: boolean;
};

/** A folder's path: typed, picked in the system's dialog, or (in a browser) walked to. */
export function FolderField({ path, onPath, error, browsing = false }: Props): React.JSX.Element {
  const [open, setOpen] = useState(browsing && desktop === null);
  const pick = async (): Promise<void> => {
    if (!desktop) {
      setOpen(!open);
      return;
    }
    const picked = await attempt("No folder was picked", desktop.pickFolder);
    if (picked) onPath(picked);
  };
  return (
    <div className="flex flex-col gap-2">
      <Field label="Folder" hint="A git repository, or any folder. Nothing in it is run or changed." error={error}>
        {(ids) => (
          <div className="flex gap-2">
            <Input
              {...ids}
              autoFocus
              placeholder="~/code/shop"
              className="font-mono text-code"
              value={path}
              onChange={(event) => onPath(event.target.value)}
            />
            {browsing && !desktop ? null : (
              <Button aria-expanded={desktop ? undefined : open} onClick={() => void pick()}>
                Browse…
              </Button>
            )}
          </div>
        )}
      </Field>
      {open ? <FolderBrowser path={path} onPath={onPath} /> : null}
    </div>
  );
}
