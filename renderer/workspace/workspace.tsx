import { useEffect, useId, useState, type ComponentType } from "react";
import { focusPane, paneOfTab } from "../../shared/layout.ts";
import { tabKey, type Pane, type Tab, type TabKind } from "../../shared/layout-tree.ts";
import { place, viewOf, type PlacedPane, type Rect } from "../../shared/layout-view.ts";
import { watchFiles } from "../stores/changes.ts";
import { useConnection } from "../stores/connection.ts";
import { changeLayout, loadLayout, useLayoutState } from "../stores/layout.ts";
import { useViewport } from "../stores/viewport.ts";
import { Button } from "../ui/button.tsx";
import { Sight } from "../ui/ember.ts";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { DividerLine } from "./divider.tsx";
import { useDrag } from "./drag.ts";
import { DropZone } from "./drop-zone.tsx";
import { EmptyPane } from "./empty-pane.tsx";
import { TabStrip } from "./tab-strip.tsx";

/** What draws each kind of tab. `id` is the chat's or terminal's; empty for the others. */
export type TabViews = Record<TabKind, ComponentType<{ sessionId: string; id: string; active: boolean }>>;

const maxKept = 6;
const stripHeight = "2.125rem";

/**
 * The session's panes. Strips and tab contents are siblings placed by percentages, each under a key of its own, so that
 * splitting, moving and resizing never draws a tab anew: a timeline keeps its place and a terminal its screen.
 */
export function Workspace({ sessionId, tabViews }: { sessionId: string; tabViews: TabViews }): React.JSX.Element {
  const state = useLayoutState(sessionId);
  const viewport = useViewport();
  const dragging = useDrag((s) => s.key !== null);
  const idPrefix = useId();
  const [kept, setKept] = useState<readonly string[]>([]);
  const epoch = useConnection((s) => s.epoch);
  useEffect(() => void loadLayout(sessionId), [sessionId]);
  useEffect(() => watchFiles(sessionId), [sessionId, epoch]);

  if (!state || state.phase === "loading") return <Skeleton rows={6} className="p-4" label="Loading the session" />;
  if (state.phase === "failed") {
    return (
      <ErrorState
        title="The session could not be shown"
        details={`${state.failure.code}: ${state.failure.message}`}
        action={<Button onClick={() => void loadLayout(sessionId)}>Try again</Button>}
      >
        Nothing of it is lost.
      </ErrorState>
    );
  }

  const { layout } = state;
  const { panes, dividers } = place(viewOf(layout, viewport));
  const visible = panes.flatMap(({ pane }) => pane.active ?? []);
  const nextKept = keptKeys(kept, visible);
  if (nextKept !== kept) setKept(nextKept);
  const panelId = (key: string): string => `${idPrefix}-${key}`;
  const isFocused = (pane: Pane): boolean => pane.id === layout.focused || panes.length === 1;
  // Where there is little room a pane shows tabs of others: the focus goes to the one whose tab it is.
  const focus = (pane: Pane, key = pane.active): void =>
    changeLayout(sessionId, (now) => focusPane(now, paneOfTab(now, key ?? "")?.id ?? pane.id));

  return (
    <div data-workspace className="relative isolate h-full w-full overflow-hidden">
      {panes.flatMap(({ pane, rect }) => [
        <div key={`strip ${pane.id}`} style={stripStyle(rect)} className="absolute" onPointerDown={() => focus(pane)}>
          <TabStrip
            sessionId={sessionId}
            pane={pane}
            focused={isFocused(pane)}
            alone={panes.length === 1}
            zoomed={layout.zoomed === pane.id && viewport !== "phone"}
            panelId={panelId}
          />
        </div>,
        ...pane.tabs
          .filter((tab) => nextKept.includes(tabKey(tab)))
          .map((tab) => (
            <div
              key={tabKey(tab)}
              id={panelId(tabKey(tab))}
              role="tabpanel"
              tabIndex={-1}
              aria-labelledby={`${panelId(tabKey(tab))}-tab`}
              inert={tabKey(tab) !== pane.active}
              data-tab={tabKey(tab)}
              data-pane-focused={isFocused(pane) && tabKey(tab) === pane.active ? "" : undefined}
              style={{ ...bodyStyle(rect), visibility: tabKey(tab) === pane.active ? undefined : "hidden" }}
              className="absolute overflow-hidden bg-canvas outline-none"
              onPointerDownCapture={() => focus(pane, tabKey(tab))}
              // The panel itself has the keys while they are on their way, also to another pane.
              onFocusCapture={(event) => event.target !== event.currentTarget && focus(pane, tabKey(tab))}
            >
              <Sight value={tabKey(tab) !== pane.active ? "hidden" : isFocused(pane) ? "front" : "seen"}>
                <TabView views={tabViews} tab={tab} sessionId={sessionId} active={tabKey(tab) === pane.active} />
              </Sight>
            </div>
          )),
        pane.tabs.length === 0 ? (
          <div
            key={`empty ${pane.id}`}
            tabIndex={-1}
            data-pane-focused={isFocused(pane) ? "" : undefined}
            style={bodyStyle(rect)}
            className="absolute outline-none"
            onPointerDownCapture={() => focus(pane)}
            onFocusCapture={() => focus(pane)}
          >
            <EmptyPane sessionId={sessionId} paneId={pane.id} />
          </div>
        ) : null,
      ])}
      {dividers.map((divider) => (
        <DividerLine key={`${divider.split.id} ${divider.index}`} sessionId={sessionId} divider={divider} />
      ))}
      {dragging ? panes.map((placed) => <ZoneOver key={placed.pane.id} placed={placed} sessionId={sessionId} />) : null}
    </div>
  );
}

function ZoneOver({ placed, sessionId }: { placed: PlacedPane; sessionId: string }): React.JSX.Element {
  return (
    <div style={bodyStyle(placed.rect)} className="absolute">
      <DropZone sessionId={sessionId} pane={placed.pane} />
    </div>
  );
}

function TabView({
  views,
  tab,
  sessionId,
  active,
}: {
  views: TabViews;
  tab: Tab;
  sessionId: string;
  active: boolean;
}): React.JSX.Element {
  const View = views[tab.kind];
  return (
    <ErrorBoundary what="This tab">
      <View sessionId={sessionId} id={"id" in tab ? tab.id : ""} active={active} />
    </ErrorBoundary>
  );
}

/** The tabs to keep drawn: those seen now, then those seen last. */
function keptKeys(kept: readonly string[], visible: readonly string[]): readonly string[] {
  const next = [...visible, ...kept.filter((key) => !visible.includes(key))].slice(0, Math.max(maxKept, visible.length));
  const same = next.length === kept.length && next.every((key) => kept.includes(key));
  return same ? kept : next;
}

function stripStyle(rect: Rect): React.CSSProperties {
  return { left: `${rect.left}%`, top: `${rect.top}%`, width: `${rect.width}%`, height: stripHeight };
}

function bodyStyle(rect: Rect): React.CSSProperties {
  return {
    left: `${rect.left}%`,
    top: `calc(${rect.top}% + ${stripHeight})`,
    width: `${rect.width}%`,
    height: `calc(${rect.height}% - ${stripHeight})`,
  };
}
