import { Button } from "./button.tsx";

/** Beside a prompt that the core doesn't have yet; only where that takes longer than a moment. */
export function NotSentYet({ onTakeBack }: { onTakeBack: () => void }): React.JSX.Element {
  return (
    <span
      role="status"
      className="inline-flex shrink-0 animate-appear items-center gap-1 text-small text-changed [animation-delay:1s]"
    >
      Not sent yet
      <Button variant="plain" onClick={onTakeBack}>
        Take back
      </Button>
    </span>
  );
}
