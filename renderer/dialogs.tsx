import type { ReactNode } from "react";
import { Palette } from "./commands/palette.tsx";
import { ShortcutsDialog } from "./commands/shortcut-list.tsx";
import { SettingsDialog } from "./settings/settings-dialog.tsx";
import { useFrame } from "./stores/frame.ts";
import { RemoveProjectDialog, RenameChatDialog, RenameSessionDialog } from "./workspace/rename-dialogs.tsx";

/** The one dialog that lies over the frame, if any. */
export function Dialogs(): ReactNode {
  const dialog = useFrame((state) => state.dialog);
  switch (dialog?.kind) {
    case "palette":
      return <Palette />;
    case "shortcuts":
      return <ShortcutsDialog />;
    case "settings":
      return <SettingsDialog section={dialog.section} />;
    case "rename-session":
      return <RenameSessionDialog sessionId={dialog.sessionId} />;
    case "rename-chat":
      return <RenameChatDialog chatId={dialog.chatId} />;
    case "remove-project":
      return <RemoveProjectDialog projectId={dialog.projectId} />;
    default:
      return null;
  }
}
