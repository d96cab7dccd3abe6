import { ImageOff, Image as Picture } from "lucide-react";
import { useState } from "react";
import { visibleText } from "../../shared/visible-text.ts";
import { Button } from "../ui/button.tsx";
import { LocalImage } from "./local-image.tsx";
import { useLocalPicture } from "./local-pictures.ts";
import { SafeLink } from "./safe-link.tsx";

const inline = /^data:image\/(?:png|jpeg|gif|webp);base64,/i;

/**
 * An image in an agent's text. Fetching one tells its server who reads, and what the address carries, so the page's
 * policy allows none from elsewhere: it stands as a placeholder with the whole address, and opens in the browser if the
 * person asks for it. One of the working copy is drawn; one that is part of the text on request, as it may be anything.
 */
export function SafeImage({ address, alt }: { address: string; alt: string }): React.JSX.Element {
  const [state, setState] = useState<"closed" | "shown" | "failed">("closed");
  const local = useLocalPicture(address);
  const carriesItself = inline.test(address);
  if (local) return <LocalImage read={local.read} path={local.path} alt={alt} />;
  if (state === "shown") {
    return (
      <img
        src={address}
        alt={alt}
        decoding="async"
        onError={() => setState("failed")}
        className="my-2 block max-h-120 max-w-full rounded-control border border-line"
      />
    );
  }
  return (
    <span className="my-2 flex max-w-full flex-wrap items-center gap-x-3 gap-y-1.5 rounded-control border border-dashed border-line-strong px-2.5 py-1.5 text-small">
      <span className="flex min-w-0 flex-1 basis-56 items-start gap-2">
        {state === "failed" ? (
          <ImageOff className="mt-px size-3.5 shrink-0 text-removed" aria-hidden />
        ) : (
          <Picture className="mt-px size-3.5 shrink-0 text-muted" aria-hidden />
        )}
        <span className="min-w-0">
          <span className="text-muted">
            {state === "failed" ? "The image can’t be read" : alt === "" ? "Image" : visibleText(alt)}
          </span>
          <code className="selectable block max-h-32 overflow-y-auto text-small break-all text-faint">
            {carriesItself ? `${address.slice(0, 40)}… (in the text itself)` : visibleText(address)}
          </code>
        </span>
      </span>
      {carriesItself && state === "closed" ? <Button onClick={() => setState("shown")}>Show image</Button> : null}
      {!carriesItself && /^https?:/i.test(address) ? (
        <SafeLink address={address} text="">
          Open in the browser
        </SafeLink>
      ) : null}
    </span>
  );
}
