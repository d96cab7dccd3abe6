import { Button } from "../ui/button.tsx";
import { FindBar } from "../ui/find-bar.tsx";

type Props = {
  query: string;
  onQuery: (query: string) => void;
  count: number;
  at: number;
  /** Whether turns lie before those that are searched. */
  earlier: "none" | "there" | "loading";
  /** Search these too, or leave it. */
  onEarlier: () => void;
  onStep: (by: 1 | -1) => void;
  onClose: () => void;
};

/** Find in the turns that are loaded, and in earlier ones where the person wants it. */
export function FindInChat({ query, count, at, earlier, onEarlier, ...rest }: Props): React.JSX.Element {
  const empty = query.trim() === "";
  const status = empty ? "" : count === 0 ? "none" : `${at + 1} of ${count}${earlier === "none" ? "" : "+"}`;
  return (
    <FindBar label="Find in chat" enter={1} query={query} count={count} status={status} {...rest}>
      {earlier === "none" || empty ? null : (
        <Button
          variant="plain"
          className="text-small text-muted"
          title="Only the turns that are loaded are searched"
          onClick={onEarlier}
        >
          {earlier === "loading" ? "Searching earlier… Stop" : "Search earlier"}
        </Button>
      )}
    </FindBar>
  );
}
