import type { ReactNode } from "react";
import { focusInPane } from "./commands/focus-pane.ts";
import { Palette } from "./commands/palette.tsx";
import { DeleteSessionDialog } from "./projects/delete-session-dialog.tsx";
import { NewSessionPopover } from "./projects/new-session-popover.tsx";
import { RemoveProjectDialog } from "./projects/remove-project-dialog.tsx";
import { TrustDialog } from "./projects/trust-dialog.tsx";
import { closeDialog, useFrame } from "./stores/frame.ts";
import { HookDialog } from "./terminal/hook-dialog.tsx";

/** What lies over the frame, if anything. */
export function Dialogs(): ReactNode {
  const dialog = useFrame((state) => state.dialog);
  switch (dialog?.kind) {
    case "palette":
      return <Palette />;
    case "agent-hook":
      return <HookDialog agentId={dialog.agentId} />;
    case "remove-project":
      return <RemoveProjectDialog projectId={dialog.projectId} />;
    case "new-session":
      return <NewSessionPopover key={dialog.projectId} projectId={dialog.projectId} at={dialog.at} />;
    case "trust":
      return <TrustDialog projectId={dialog.projectId} onDone={focusInPane} />;
    case "delete-session":
      return <DeleteSessionDialog sessionId={dialog.sessionId} onClose={() => closeDialog("delete-session")} />;
    case undefined:
      return null;
  }
}
