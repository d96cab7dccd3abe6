import { cx } from "../ui/cx.ts";
import { tokensText } from "../ui/tokens-text.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import type { ContextFill } from "./context-of.ts";

const radius = 6;
const around = 2 * Math.PI * radius;
/** From here on agents begin to leave out what was said first. */
const nearlyFull = 0.8;

/** How full an agent's context is: a ring, with the numbers in words. */
export function ContextRing({ used, size }: ContextFill): React.JSX.Element {
  const share = Math.min(1, used / size);
  const says = `Context: ${Math.round(share * 100)} % of ${tokensText(size)} tokens`;
  return (
    <Tooltip label={says} side="top">
      <span
        tabIndex={0}
        role="img"
        aria-label={says}
        className="inline-flex size-7 shrink-0 items-center justify-center rounded-control"
      >
        <svg viewBox="0 0 16 16" className="size-4 -rotate-90" aria-hidden fill="none" strokeWidth={2.5}>
          <circle cx={8} cy={8} r={radius} className="stroke-line-strong" />
          <circle
            cx={8}
            cy={8}
            r={radius}
            strokeDasharray={`${share * around} ${around}`}
            className={cx(share >= nearlyFull ? "stroke-changed" : "stroke-muted")}
          />
        </svg>
      </span>
    </Tooltip>
  );
}
