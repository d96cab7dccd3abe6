import { Toast as Base } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { cx } from "./cx.ts";

type Data = { tone: "plain" | "failed"; undo?: () => void };

const manager = Base.createToastManager<Data>();

type Note = {
  title: string;
  detail?: string;
  /** `failed` stays longer and is announced at once. */
  tone?: "plain" | "failed";
  /** Takes back what the toast tells of. */
  undo?: () => void;
  action?: { label: string; run: () => void };
};

/** A short word at the bottom right, at most three at a time. For what matters later, write where the work is instead. */
export function toast({ title, detail, tone = "plain", undo, action }: Note): void {
  const button = action ?? (undo ? { label: "Undo", run: undo } : null);
  const id = manager.add({
    title,
    description: detail,
    // What can be taken back can be until the next thing is done.
    timeout: undo ? 0 : tone === "failed" || button ? 10_000 : 5_000,
    priority: tone === "failed" ? "high" : "low",
    data: { tone },
    actionProps: button
      ? {
          children: button.label,
          onClick: () => {
            manager.close(id);
            button.run();
          },
        }
      : undefined,
  });
  if (undo) closeAtNextAction(() => manager.close(id));
}

const leastUndoMs = 10_000;

/** After a while at least, and then with the next press of a button or Enter outside of the toasts. */
function closeAtNextAction(close: () => void): void {
  setTimeout(() => {
    const done = new AbortController();
    const act = ({ target }: Event): void => {
      if (target instanceof Element && target.closest("[data-toast]")) return;
      done.abort();
      close();
    };
    const options = { capture: true, signal: done.signal };
    window.addEventListener("click", act, options);
    window.addEventListener("keydown", (event) => event.key === "Enter" && act(event), options);
  }, leastUndoMs);
}

/** Where toasts appear; once, at the root of the page. */
export function Toasts(): React.JSX.Element {
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        {/* Above what a person presses next (Send, Apply, Commit), wherever that stands; see .toasts. */}
        <Base.Viewport className="toasts fixed right-3 z-50 flex w-[min(22rem,calc(100vw-1.5rem))] flex-col gap-2 outline-none">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List(): React.JSX.Element[] {
  const { toasts } = Base.useToastManager<Data>();
  return toasts.map((item) => (
    <Base.Root
      key={item.id}
      toast={item}
      data-toast
      swipeDirection={["right", "down"]}
      className={cx(
        "rounded-card border border-line-strong bg-raised shadow-float transition-opacity data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0",
        item.data?.tone === "failed" && "border-l-2 border-l-removed",
      )}
    >
      <Base.Content className="flex items-center gap-2 py-2 pr-2 pl-3">
        <div className="min-w-0 flex-1 py-0.5">
          <Base.Title className="font-medium break-words" />
          <Base.Description className="selectable mt-0.5 text-muted break-words" />
        </div>
        {item.actionProps ? (
          <Base.Action className="row shrink-0 rounded-control px-2 font-medium text-accent hover:bg-hover" />
        ) : null}
        <Base.Close
          aria-label="Dismiss"
          // The library hides it from who can reach it by Tab as anyone else.
          aria-hidden={false}
          className="row inline-flex w-7 shrink-0 items-center justify-center rounded-control text-faint hover:bg-hover hover:text-text"
        >
          <X className="size-3.5" aria-hidden />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}
