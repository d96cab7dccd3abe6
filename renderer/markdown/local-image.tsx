import { ImageOff } from "lucide-react";
import { useEffect, useState } from "react";
import type { PictureFile } from "../../shared/contract/files.ts";
import { Visible } from "./visible.tsx";

type Props = { path: string; alt: string; read: (path: string) => Promise<PictureFile> };

/** An image of the working copy, as it is when it is first drawn; its path where it can't be. */
export function LocalImage({ path, alt, read }: Props): React.JSX.Element {
  const [found, setFound] = useState<PictureFile | "failed" | null>(null);
  useEffect(() => {
    let wanted = true;
    read(path).then(
      (file) => wanted && setFound(file),
      () => wanted && setFound("failed"),
    );
    return () => {
      wanted = false;
    };
  }, [path, read]);
  const picture = found === null || found === "failed" ? null : found.picture;
  if (picture)
    return (
      <img
        src={`data:${picture.mimeType};base64,${picture.data}`}
        alt={alt}
        title={path}
        width={picture.width}
        height={picture.height}
        decoding="async"
        className="my-2 block h-auto max-h-120 w-auto max-w-full rounded-control border border-line object-contain"
      />
    );
  return (
    <span className="my-2 inline-flex max-w-full items-center gap-2 text-small text-muted">
      {found === null ? null : <ImageOff className="size-3.5 shrink-0" aria-hidden />}
      <code className="min-w-0 break-all">
        <Visible text={path} />
      </code>
      {found === null ? null : (
        <span className="shrink-0">{found === "failed" ? "isn’t there" : "is no image that can be shown"}</span>
      )}
    </span>
  );
}
