import type { PendingChange } from "../../shared/contract/changes.ts";
import type { PictureFile } from "../../shared/contract/files.ts";
import { sizeText } from "../../shared/size-text.ts";
import { rpc } from "../rpc.ts";
import { useFetched } from "../stores/use-fetched.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

/** A file that is no text: as an image before and after where it is one, else by its sizes. */
export function BinaryChange({ sessionId, change }: { sessionId: string; change: PendingChange }): React.JSX.Element {
  const { path, fingerprint } = change;
  const ends = useFetched(`${sessionId} ${path}`, fingerprint, () => rpc.changes.pictures({ id: sessionId, path }));
  if (ends.kind === "loading") return <Skeleton rows={6} className="p-2" label="Loading the change" />;
  if (ends.kind === "failed")
    return (
      <ErrorState
        title="The change can’t be shown"
        details={`${ends.failure.code}: ${ends.failure.message}`}
        action={<Button onClick={ends.again}>Try again</Button>}
      />
    );
  const { before, after } = ends.value;
  if (!before?.picture && !after?.picture) return <EmptyState>{`${binaryText(change)} ${sizesOf(before, after)}`}</EmptyState>;
  return (
    <div className="flex h-full flex-wrap content-start gap-3 overflow-auto p-3">
      {before ? <Side name="Before" file={before} /> : null}
      {after ? <Side name="After" file={after} /> : null}
    </div>
  );
}

function Side({ name, file }: { name: string; file: PictureFile }): React.JSX.Element {
  const { picture } = file;
  return (
    <figure className="m-0 flex min-w-48 flex-[1_1_12rem] flex-col gap-1.5">
      <figcaption className="flex flex-wrap items-baseline gap-x-2 text-small text-muted tabular-nums">
        <span className="font-semibold">{name}</span>
        <span>
          {picture ? `${picture.width} × ${picture.height} · ` : null}
          {bytesText(file)}
        </span>
      </figcaption>
      {picture ? (
        <img
          src={`data:${picture.mimeType};base64,${picture.data}`}
          alt={name}
          width={picture.width}
          height={picture.height}
          decoding="async"
          className="h-auto max-h-120 w-auto max-w-full self-start rounded-control border border-line bg-[repeating-conic-gradient(var(--color-line)_0%_25%,var(--color-raised)_0%_50%)] bg-size-[16px_16px] object-contain"
        />
      ) : (
        <p className="text-muted">No image that can be shown.</p>
      )}
    </figure>
  );
}

const bytesText = ({ bytes }: PictureFile): string => (bytes === null ? "over 8 MB" : sizeText(bytes));

function sizesOf(before: PictureFile | null, after: PictureFile | null): string {
  if (before && after) return `It had ${bytesText(before)} and has ${bytesText(after)}.`;
  const only = before ?? after;
  return only ? `${bytesText(only)}.` : "";
}

function binaryText({ operation }: PendingChange): string {
  if (operation === "create") return "A new binary file.";
  return operation === "delete" ? "A binary file, deleted." : "A binary file with other content.";
}
