import { X } from "lucide-react";
import { CopyButton } from "../markdown/copy-button.tsx";
import { PlainText } from "../markdown/plain-text.tsx";
import { useHelperName } from "../stores/own-models.ts";
import { closeSummary, summarize, useSummary } from "../stores/summaries.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";

/** What the helper model says became of the chat, above the composer until it is closed. */
export function ChatSummary({ chatId }: { chatId: string }): React.JSX.Element | null {
  const summary = useSummary(chatId);
  const helper = useHelperName();
  if (!summary) return null;
  return (
    <section
      aria-label="Summary"
      className="mx-auto mb-2 w-[calc(100%-1rem)] max-w-[76ch] shrink-0 rounded-card border border-line bg-panel text-base tablet:w-[calc(100%-1.5rem)]"
    >
      <header className="flex h-8 items-center gap-1 pr-1 pl-2.5 text-small">
        <h3 className="font-semibold">Summary</h3>
        <span className="min-w-0 flex-1 truncate text-muted">by {helper}</span>
        {summary.kind === "going" ? (
          <Button variant="plain" onClick={() => closeSummary(chatId)}>
            Stop
          </Button>
        ) : (
          <>
            {summary.kind === "done" ? <CopyButton label="Copy summary" text={() => summary.text} /> : null}
            <IconButton label="Close summary" small onClick={() => closeSummary(chatId)}>
              <X className="size-3.5" aria-hidden />
            </IconButton>
          </>
        )}
      </header>
      <div role="status" className="max-h-[30cqh] overflow-y-auto px-2.5 pb-2">
        {summary.kind === "going" ? <p className="text-muted">Summarising; requests of turns come first…</p> : null}
        {summary.kind === "done" ? <PlainText text={summary.text} /> : null}
        {summary.kind === "failed" ? (
          <p className="flex flex-wrap items-center gap-x-2">
            <span className="text-removed">{summary.failure.message}</span>
            <Button variant="plain" onClick={() => void summarize(chatId)}>
              Try again
            </Button>
          </p>
        ) : null}
      </div>
    </section>
  );
}
