import { openTab } from "../../shared/layout.ts";
import { panesOf, type Tab } from "../../shared/layout-tree.ts";
import { askForLine } from "../stores/file-places.ts";
import { changeLayout, getLayout } from "../stores/layout.ts";
import { showTab } from "./actions.ts";

/** Shows a file of the session's working copy at a line, where one is named; beside the pane in focus, where there is another. */
export function openFile(sessionId: string, path: string, line: number | null): void {
  const tab: Tab = { kind: "file", id: path };
  const layout = getLayout(sessionId);
  const beside =
    layout && layout.zoomed === null ? panesOf(layout.root).findLast((pane) => pane.id !== layout.focused) : undefined;
  if (line !== null) askForLine(sessionId, path, line);
  if (beside) changeLayout(sessionId, (now) => openTab(now, tab, { paneId: beside.id }));
  showTab(sessionId, tab);
}
