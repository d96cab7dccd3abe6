import { useEffect, type ReactNode } from "react";
import { onEscape } from "./commands/escape.ts";
import { focusInPane, placeNow } from "./commands/focus-pane.ts";
import { moveFocus } from "./commands/move-focus.ts";
import { AddProjectPage } from "./projects/add-project-page.tsx";
import { LocateProjectPage } from "./projects/locate-project-page.tsx";
import { SettingsPage } from "./settings/settings-page.tsx";
import { useFrame, type FramePage } from "./stores/frame.ts";
import { ProcessesPage } from "./workspace/processes.tsx";

/** The page that stands in the session's place, if any; Escape goes back to the session. */
export function Pages(): ReactNode {
  const page = useFrame((state) => state.page);
  const kind = page?.kind;
  useEffect(() => {
    if (kind === undefined) return undefined;
    moveFocus(placeNow);
    // What lies over it closes first.
    return onEscape(focusInPane, () => !useFrame.getState().inboxOpen);
  }, [kind]);
  return page ? pageOf(page) : null;
}

function pageOf(page: FramePage): ReactNode {
  switch (page.kind) {
    case "settings":
      return <SettingsPage section={page.section} />;
    case "processes":
      return <ProcessesPage />;
    case "add-project":
      return <AddProjectPage />;
    case "locate-project":
      return <LocateProjectPage projectId={page.projectId} />;
  }
}
