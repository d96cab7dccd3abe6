import { TriangleAlert } from "lucide-react";
import { useState, type MouseEvent, type ReactNode } from "react";
import { Tooltip } from "../ui/tooltip.tsx";
import { checkLink, type CheckedLink } from "./check-link.ts";
import { FileName } from "./file-name.tsx";
import { decodedPath } from "./local-pictures.ts";
import { LinkDialog } from "./link-dialog.tsx";

const look = "text-text underline decoration-line-strong underline-offset-2 hover:decoration-current";

/**
 * A link from an agent's text. Hovering shows where it really leads; what looks like a trick is confirmed first,
 * and what the browser has no business with is a link only where it is a file of the working copy.
 */
export function SafeLink({ address, text, children }: { address: string; text: string; children: ReactNode }): React.JSX.Element {
  const link = checkLink(address, text);
  if (link.open === null) {
    const dead = (
      <Tooltip label={<Address text={link.shown || "No address"} />}>
        <span>{children}</span>
      </Tooltip>
    );
    return (
      <FileName name={decodedPath(address) || text} otherwise={dead}>
        {children}
      </FileName>
    );
  }
  if (link.warnings.length > 0) return <DoubtfulLink link={link}>{children}</DoubtfulLink>;
  return (
    <Tooltip label={<Address text={link.shown} />}>
      <a href={link.open} target="_blank" rel="noopener noreferrer nofollow" referrerPolicy="no-referrer" className={look}>
        {children}
      </a>
    </Tooltip>
  );
}

/** Has no `href`, so that neither a middle click nor a drag gets around the question. */
function DoubtfulLink({ link, children }: { link: CheckedLink; children: ReactNode }): React.JSX.Element {
  const [asking, setAsking] = useState(false);
  function ask(event: MouseEvent): void {
    event.preventDefault();
    setAsking(true);
  }
  return (
    <>
      <Tooltip label={<Address text={link.shown} />}>
        <button type="button" role="link" onClick={ask} className={`${look} text-left`}>
          {children}
          {link.host ? (
            <span className="ml-1 inline-flex items-baseline gap-0.5 text-small text-changed">
              <TriangleAlert className="size-3 self-center" aria-hidden />
              {link.host}
            </span>
          ) : null}
        </button>
      </Tooltip>
      {asking ? <LinkDialog link={link} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function Address({ text }: { text: string }): React.JSX.Element {
  return <span className="break-all">{text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text}</span>;
}
