import { ArrowUp, CornerRightUp, ListEnd, Square } from "lucide-react";
import { useEmber } from "../ui/ember.ts";
import { IconButton } from "../ui/icon-button.tsx";

type MainProps = { going: boolean; empty: boolean; onSend: (now?: boolean) => void; onStop: () => void };

/** What may be done with the prompt and the run that goes on. `escapeArmed`: Escape was pressed once, and again stops the run. */
export function SendButtons({ escapeArmed, ...main }: MainProps & { escapeArmed: boolean }): React.JSX.Element {
  return (
    <>
      {escapeArmed ? (
        <span role="status" className="shrink-0 text-small text-muted">
          Esc again to stop
        </span>
      ) : null}
      {main.going && !main.empty ? (
        <>
          <IconButton label="Stop" shortcut="Escape Escape" onClick={main.onStop}>
            <Square className="size-3 fill-current" aria-hidden />
          </IconButton>
          <IconButton label="Stop this turn and send now" shortcut="Mod+Enter" onClick={() => main.onSend(true)}>
            <CornerRightUp className="size-4" aria-hidden />
          </IconButton>
        </>
      ) : null}
      <MainButton {...main} />
    </>
  );
}

/** What Enter does. */
function MainButton({ going, empty, onSend, onStop }: MainProps): React.JSX.Element {
  const stops = going && empty;
  const filled = useEmber("send", going || !empty);
  return (
    <IconButton
      label={stops ? "Stop" : going ? "Queue" : "Send"}
      shortcut={stops ? "Escape Escape" : "Enter"}
      disabled={!going && empty}
      onClick={stops ? onStop : () => onSend()}
      className={filled ? "bg-accent! text-on-accent! hover:not-disabled:opacity-90" : "border border-line-strong"}
    >
      {stops ? (
        <Square className="size-3 fill-current" aria-hidden />
      ) : going ? (
        <ListEnd className="size-4" aria-hidden />
      ) : (
        <ArrowUp className="size-4" aria-hidden />
      )}
    </IconButton>
  );
}
