import type { ReactNode } from "react";
import { focusInPane } from "./commands/focus-pane.ts";
import { Palette } from "./commands/palette.tsx";
import { ShortcutsDialog } from "./commands/shortcut-list.tsx";
import { AddProjectDialog } from "./projects/add-project-dialog.tsx";
import { DeleteSessionDialog } from "./projects/delete-session-dialog.tsx";
import { LocateProjectDialog } from "./projects/locate-project-dialog.tsx";
import { NewSessionDialog } from "./projects/new-session-dialog.tsx";
import { TrustDialog } from "./projects/trust-dialog.tsx";
import { SettingsDialog } from "./settings/settings-dialog.tsx";
import { closeDialog, useFrame } from "./stores/frame.ts";
import { ProcessesDialog } from "./workspace/processes.tsx";
import { RemoveProjectDialog, RenameChatDialog, RenameSessionDialog } from "./workspace/rename-dialogs.tsx";

/** The one dialog that lies over the frame, if any. */
export function Dialogs(): ReactNode {
  const dialog = useFrame((state) => state.dialog);
  switch (dialog?.kind) {
    case "palette":
      return <Palette />;
    case "shortcuts":
      return <ShortcutsDialog />;
    case "processes":
      return <ProcessesDialog />;
    case "settings":
      return <SettingsDialog section={dialog.section} />;
    case "rename-session":
      return <RenameSessionDialog sessionId={dialog.sessionId} />;
    case "rename-chat":
      return <RenameChatDialog chatId={dialog.chatId} />;
    case "remove-project":
      return <RemoveProjectDialog projectId={dialog.projectId} />;
    case "add-project":
      return <AddProjectDialog />;
    case "locate-project":
      return <LocateProjectDialog projectId={dialog.projectId} />;
    case "new-session":
      return <NewSessionDialog projectId={dialog.projectId} onClose={() => closeDialog("new-session")} />;
    case "trust":
      return <TrustDialog projectId={dialog.projectId} onDone={focusInPane} />;
    case "delete-session":
      return <DeleteSessionDialog sessionId={dialog.sessionId} onClose={() => closeDialog("delete-session")} />;
    case undefined:
      return null;
  }
}
