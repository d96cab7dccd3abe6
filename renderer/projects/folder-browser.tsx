import { CornerLeftUp, Folder, FolderGit2 } from "lucide-react";
import { visibleText } from "../../shared/visible-text.ts";
import { Visible } from "../markdown/visible.tsx";
import { rpc } from "../rpc.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { useFetched } from "../stores/use-fetched.ts";

type Props = {
  /** The folder that is shown; empty for the home folder. */
  path: string;
  onPath: (path: string) => void;
};

/** The folders inside a folder, to walk through; a click goes in. What is shown is what is picked. */
export function FolderBrowser({ path, onPath }: Props): React.JSX.Element {
  const listing = useFetched("folders", path, () => rpc.projects.browse(path === "" ? {} : { path }));
  const { value } = listing;
  if (listing.kind === "failed" && !value)
    return (
      <p role="status" className="rounded-card border border-line px-3 py-2 text-muted">
        {listing.failure.message}
      </p>
    );
  if (!value) return <Skeleton rows={6} label="Loading folders" className="h-42 rounded-card border border-line" />;
  const row = "row flex w-full items-center gap-2 px-2.5 text-left hover:bg-hover focus-visible:-outline-offset-2";
  return (
    <div className="overflow-hidden rounded-card border border-line bg-canvas">
      {/* What is typed may not be a folder yet: the last one that was stays, and says which it is. */}
      <p role="status" className="flex gap-2 border-b border-line bg-panel px-2.5 py-1 text-small text-muted">
        <code className="min-w-0 flex-1 truncate text-small" title={visibleText(value.path)}>
          <Visible text={value.path} />
        </code>
        {listing.kind === "failed" ? <span className="shrink-0">no such folder</span> : null}
      </p>
      <ul aria-label={`Folders in ${visibleText(value.path)}`} className="h-36 overflow-y-auto py-1">
        {value.parent === null ? null : (
          <li>
            <button type="button" className={row} onClick={() => onPath(value.parent ?? "")}>
              <CornerLeftUp className="size-3.5 shrink-0 text-faint" aria-hidden />
              <span className="text-muted">Up</span>
            </button>
          </li>
        )}
        {value.entries.map((entry) => (
          <li key={entry.path}>
            <button type="button" className={row} onClick={() => onPath(entry.path)}>
              {entry.git ? (
                <FolderGit2 className="size-3.5 shrink-0 text-muted" aria-hidden />
              ) : (
                <Folder className="size-3.5 shrink-0 text-faint" aria-hidden />
              )}
              <span className="min-w-0 flex-1 truncate">
                <Visible text={entry.name} />
              </span>
              {entry.git ? <span className="shrink-0 text-small text-faint">git</span> : null}
            </button>
          </li>
        ))}
        {value.entries.length === 0 ? <li className="px-2.5 py-1 text-muted">No folders in here.</li> : null}
      </ul>
    </div>
  );
}
