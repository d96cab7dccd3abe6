/** How far something is, of about how much; never quite full while it goes on. */
export function ProgressBar({
  label,
  value,
  max,
  words,
}: {
  label: string;
  value: number;
  max: number;
  /** The same for whoever doesn't see it. */
  words: string;
}): React.JSX.Element {
  const share = Math.min(0.99, max > 0 ? value / max : 0);
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={words}
      className="block h-1.5 w-40 overflow-hidden rounded-full bg-hover"
    >
      <span className="block h-full rounded-full bg-accent transition-[width]" style={{ width: `${share * 100}%` }} />
    </span>
  );
}
