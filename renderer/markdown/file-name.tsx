import type { KeyboardEvent, ReactNode } from "react";
import { Tooltip } from "../ui/tooltip.tsx";
import { useNamedFile } from "./file-names.ts";
import { Visible } from "./visible.tsx";

type Props = { name: string; children: ReactNode; otherwise?: ReactNode };

/** What names a file of the working copy opens it; anything else, and what isn't there, stands as it is, or `otherwise`. */
export function FileName({ name, children, otherwise = children }: Props): ReactNode {
  const file = useNamedFile(name);
  if (!file) return otherwise;
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Enter") return;
    event.preventDefault();
    file?.open();
  }
  // A button would not break where the text around it does, and what is no address has no `href`.
  return (
    <Tooltip label={<Visible text={file.line === null ? file.path : `${file.path}:${file.line}`} />}>
      <span
        role="link"
        tabIndex={0}
        data-file-name={file.path}
        onClick={file.open}
        onKeyDown={onKeyDown}
        className="cursor-pointer rounded-control underline decoration-line-strong underline-offset-2 hover:decoration-current"
      >
        {children}
      </span>
    </Tooltip>
  );
}
