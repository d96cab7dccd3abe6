import { FileText as FileIcon } from "lucide-react";
import { visibleText } from "../../shared/visible-text.ts";
import { CopyButton } from "../markdown/copy-button.tsx";
import { rpc } from "../rpc.ts";
import { useFilePlace } from "../stores/file-places.ts";
import { useFetched } from "../stores/use-fetched.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { FileLines } from "./file-lines.tsx";

type Props = { sessionId: string; path: string; active: boolean };

/** A text file of the session's working copy, to read; read again each time that it comes to the front. */
export function FileTab({ sessionId, path, active }: Props): React.JSX.Element {
  const place = useFilePlace(sessionId, path);
  const file = useFetched(`${sessionId} ${path}`, active ? `${place?.asked ?? 0}` : null, () =>
    rpc.files.read({ sessionId, path }),
  );
  if (file.kind === "failed")
    return (
      <ErrorState
        title={file.failure.code === "FILE_NOT_FOUND" ? "This file is no longer there" : "The file couldn’t be read"}
        action={<Button onClick={file.again}>Try again</Button>}
        details={`${file.failure.code}: ${file.failure.message}`}
      />
    );
  if (file.kind === "loading") return <Skeleton rows={8} className="p-3" label="Reading the file" />;
  const { text, truncated, bytes } = file.value;
  return (
    <div className="flex h-full min-h-0 flex-col bg-canvas">
      <div className="flex h-7 shrink-0 items-center gap-1.5 border-b border-line pr-1 pl-3">
        <FileIcon className="size-3.5 shrink-0 text-faint" aria-hidden />
        <span className="selectable min-w-0 flex-1 truncate font-mono text-code" title={visibleText(path)}>
          {visibleText(path)}
        </span>
        {truncated ? (
          <span className="shrink-0 text-small text-muted">the first 1 MB of {bytes.toLocaleString()} bytes</span>
        ) : null}
        <CopyButton label="Copy the path" text={() => path} />
      </div>
      {text === null ? (
        <EmptyState>This file isn’t text.</EmptyState>
      ) : (
        <FileLines text={text} path={path} place={place ?? null} />
      )}
    </div>
  );
}
