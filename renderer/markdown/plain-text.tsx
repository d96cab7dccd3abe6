import { useState } from "react";
import { cx } from "../ui/cx.ts";
import { boundText, mostDrawn, type Bounds } from "./bound-text.ts";
import { ShowMore } from "./show-more.tsx";
import { Visible } from "./visible.tsx";

const few: Bounds = { maxLines: 40, maxChars: 8_000 };

/** Text as it is, in mono or not, cut to what a reader takes in at first. */
export function PlainText({
  text,
  mono,
  bounds = few,
  className,
}: {
  text: string;
  mono?: boolean;
  bounds?: Bounds;
  className?: string;
}): React.JSX.Element {
  const [all, setAll] = useState(false);
  const bounded = boundText(text, all ? mostDrawn : bounds);
  return (
    <div className={className}>
      <pre
        tabIndex={mono ? 0 : undefined}
        className={cx(
          "selectable break-words whitespace-pre-wrap",
          mono ? "px-2.5 py-2 -outline-offset-2" : "font-sans text-prose",
        )}
      >
        <Visible text={bounded.text} />
      </pre>
      <ShowMore bounded={bounded} shownAll={all} onShowAll={() => setAll(true)} />
    </div>
  );
}
