import { Check, Minus, X } from "lucide-react";
import type { ProofLine, ProofTruth } from "../../shared/contract/agent-proofs.ts";
import { cx } from "../ui/cx.ts";

const marks: Record<ProofTruth, { icon: React.JSX.Element; words: string; look: string }> = {
  yes: { icon: <Check className="size-3.5" aria-hidden />, words: "True", look: "text-added" },
  no: { icon: <X className="size-3.5" aria-hidden />, words: "Not true", look: "text-removed" },
  untried: { icon: <Minus className="size-3.5" aria-hidden />, words: "Not tried", look: "text-faint" },
};

/** What was tried with an agent: what it says of itself, what was seen, and what Hearth does about it. */
export function ProofTable({ lines }: { lines: readonly ProofLine[] }): React.JSX.Element {
  return (
    <table className="selectable w-full border-collapse text-left">
      <thead className="sr-only tablet:not-sr-only">
        <tr className="text-small text-muted max-tablet:block">
          <th scope="col" className="py-1 pr-3 font-medium">
            Tried
          </th>
          <th scope="col" className="py-1 pr-3 font-medium">
            It says
          </th>
          <th scope="col" className="py-1 font-medium">
            Seen, and what Hearth does
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Line key={line.step} line={line} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ line: { label, advertised, truth, evidence, hearth } }: { line: ProofLine }): React.JSX.Element {
  const { icon, words, look } = marks[truth];
  return (
    <tr className="border-t border-line align-top max-tablet:flex max-tablet:flex-wrap max-tablet:items-start">
      <th scope="row" className="py-1 pr-3 font-normal max-tablet:min-w-0 max-tablet:flex-1 tablet:w-52">
        <span className="flex gap-1.5">
          <span className={cx("flex h-5 shrink-0 items-center", look)}>
            {icon}
            <span className="sr-only">{words}: </span>
          </span>
          {label}
        </span>
      </th>
      <td className="py-1 whitespace-nowrap text-muted max-tablet:order-none tablet:w-20 tablet:pr-3">
        {advertised === null ? null : advertised ? "says yes" : "says no"}
      </td>
      <td className="py-1 max-tablet:w-full max-tablet:pt-0 max-tablet:pl-5">
        <span className="block break-words">{evidence}</span>
        <span className="block text-small text-muted">{hearth}</span>
      </td>
    </tr>
  );
}
