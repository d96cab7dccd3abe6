import { ImageOff, Image as Picture } from "lucide-react";
import { useState } from "react";
import { visibleText } from "../../shared/visible-text.ts";
import { Button } from "../ui/button.tsx";
import { checkLink } from "./check-link.ts";
import { SafeLink } from "./safe-link.tsx";

const inline = /^data:image\/(?:png|jpeg|gif|webp);base64,/i;

/**
 * An image in an agent's text. Fetching one tells its server who reads, and what the address carries: it stands as a
 * placeholder with the whole address until the person asks for it.
 */
export function SafeImage({ address, alt }: { address: string; alt: string }): React.JSX.Element {
  const [state, setState] = useState<"closed" | "shown" | "failed">("closed");
  const carriesItself = inline.test(address);
  const source = carriesItself ? address : /^https?:/i.test(address) ? checkLink(address, "").open : null;
  if (state === "shown" && source) {
    return <img src={source} alt={alt} referrerPolicy="no-referrer" decoding="async" onError={() => setState("failed")} className="my-2 block max-h-120 max-w-full rounded-control border border-line" />;
  }
  return (
    <span className="my-2 flex max-w-full flex-wrap items-center gap-x-3 gap-y-1.5 rounded-control border border-dashed border-line-strong px-2.5 py-1.5 text-small">
      <span className="flex min-w-0 flex-1 basis-56 items-start gap-2">
        {state === "failed" ? <ImageOff className="mt-px size-3.5 shrink-0 text-removed" aria-hidden /> : <Picture className="mt-px size-3.5 shrink-0 text-muted" aria-hidden />}
        <span className="min-w-0">
          <span className="text-muted">{state === "failed" ? "The image could not be loaded here" : alt === "" ? "Image" : visibleText(alt)}</span>
          <code className="selectable block text-small break-all text-faint">{carriesItself ? `${address.slice(0, 40)}… (in the text itself)` : visibleText(address)}</code>
        </span>
      </span>
      {state === "failed" && source && !carriesItself ? (
        <SafeLink address={source} text="">
          Open in the browser
        </SafeLink>
      ) : source ? (
        <Button onClick={() => setState("shown")}>Load image</Button>
      ) : null}
    </span>
  );
}
