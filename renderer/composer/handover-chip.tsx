import { attempt } from "../commands/actions.ts";
import { PlainText } from "../markdown/plain-text.tsx";
import { rpc } from "../rpc.ts";
import { cx } from "../ui/cx.ts";
import { Popover } from "../ui/popover.tsx";
import { Switch } from "../ui/switch.tsx";
import type { Handover } from "./use-handover.ts";

type Props = { chatId: string; agentLabel: string; handover: Handover; on: boolean };

/** What the agent will be told of the turns that it missed: opened to read it, switched off for the whole chat. */
export function HandoverChip({ chatId, agentLabel, handover: { turns, text }, on }: Props): React.JSX.Element {
  const missed = turns === 1 ? "a turn" : `${turns} turns`;
  const label = on
    ? `${agentLabel} will be told of ${missed} that it missed`
    : `${agentLabel} isn’t told of ${missed} that it missed`;
  return (
    <Popover
      side="top"
      label={label}
      className="w-120 p-0"
      trigger={
        <button
          type="button"
          aria-label={label}
          className={cx(
            "shrink-0 rounded-full -outline-offset-1 border border-line px-1.5 text-small whitespace-nowrap text-muted hover:bg-hover",
            !on && "line-through",
          )}
        >
          {on ? "catches up" : "no catch-up"}
        </button>
      }
    >
      <label className="flex items-center gap-3 border-b border-line px-3 py-2">
        <span className="min-w-0 flex-1">Tell agents of turns that they missed in this chat</span>
        <Switch
          label="Tell agents of turns that they missed in this chat"
          checked={on}
          onChange={(handover) => attempt("That wasn’t saved", () => rpc.chats.update({ id: chatId, handover }))}
        />
      </label>
      <PlainText text={text.trim()} mono className={cx("max-h-80 overflow-y-auto", !on && "opacity-60")} />
    </Popover>
  );
}
