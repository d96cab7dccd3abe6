import { useNow } from "../ui/use-now.ts";
import { baseWords } from "./base-words.ts";
import type { ShownBase } from "./use-base-state.ts";

/** How a base stands to its remote, how old that knowledge is, and whether newer is on its way. */
export function BaseAge({ known, fetching }: ShownBase): React.JSX.Element | null {
  const now = useNow();
  if (known.kind === "failed") return <span className="text-removed">{known.failure.message}</span>;
  if (known.kind === "loading") return null;
  const words = [
    baseWords(known.value, now),
    fetching?.kind === "loading" ? "Fetching…" : "",
    fetching?.kind === "failed" ? fetching.failure.message : "",
  ].filter(Boolean);
  return words.length === 0 ? null : <span className="wrap-anywhere text-muted">{words.join(" ")}</span>;
}
