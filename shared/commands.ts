/**
 * Everything that can be ordered by name: from the palette, a menu, a shortcut, the system's menu bar. What a command
 * does and when it can be had is bound to its id in the renderer.
 *
 * Chords: names joined by `+`, modifiers first (`Mod` is ⌘ on a Mac and Ctrl elsewhere). Browsers keep ⌘/Ctrl with
 * N, T and W for themselves, so none of these is used; nor is Ctrl with Alt, which is AltGr and types on many keyboards.
 */
export const commandGroups = ["Session", "Chat", "Tab", "Pane", "View", "Hearth"] as const;
export type CommandGroup = (typeof commandGroups)[number];

type CommandEntry = { id: string; title: string; group: CommandGroup; keys: readonly string[] };

export const commandList = [
  { id: "session.new", title: "New session…", group: "Session", keys: ["Mod+Shift+O"] },
  { id: "session.rename", title: "Rename session", group: "Session", keys: [] },
  { id: "session.tags", title: "Change tags of the session", group: "Session", keys: [] },
  { id: "session.archive", title: "Archive session", group: "Session", keys: [] },
  { id: "session.delete", title: "Delete session…", group: "Session", keys: [] },
  { id: "session.next", title: "Next session", group: "Session", keys: ["Alt+ArrowDown"] },
  { id: "session.previous", title: "Previous session", group: "Session", keys: ["Alt+ArrowUp"] },
  { id: "project.add", title: "Add project…", group: "Session", keys: ["Mod+O"] },
  { id: "project.trust", title: "Review what the project may run…", group: "Session", keys: [] },

  { id: "chat.new", title: "New chat", group: "Chat", keys: ["Mod+Shift+L"] },
  { id: "chat.new-beside", title: "New chat beside", group: "Chat", keys: [] },
  { id: "chat.rename", title: "Rename chat", group: "Chat", keys: ["F2"] },
  { id: "chat.summarize", title: "Summarise chat by the helper model", group: "Chat", keys: [] },
  { id: "chat.export", title: "Export chat as Markdown", group: "Chat", keys: [] },
  { id: "chat.archive", title: "Archive chat", group: "Chat", keys: [] },
  { id: "chat.stop", title: "Stop the run", group: "Chat", keys: ["Mod+Shift+."] },
  { id: "chat.go-on", title: "Go on with the paused run", group: "Chat", keys: [] },
  { id: "composer.focus", title: "Write a prompt", group: "Chat", keys: ["Mod+L"] },

  { id: "tab.next", title: "Next tab", group: "Tab", keys: ["Mod+Shift+]"] },
  { id: "tab.previous", title: "Previous tab", group: "Tab", keys: ["Mod+Shift+["] },
  { id: "tab.1", title: "First tab", group: "Tab", keys: ["Mod+1"] },
  { id: "tab.2", title: "Second tab", group: "Tab", keys: ["Mod+2"] },
  { id: "tab.3", title: "Third tab", group: "Tab", keys: ["Mod+3"] },
  { id: "tab.4", title: "Fourth tab", group: "Tab", keys: ["Mod+4"] },
  { id: "tab.5", title: "Fifth tab", group: "Tab", keys: ["Mod+5"] },
  { id: "tab.6", title: "Sixth tab", group: "Tab", keys: ["Mod+6"] },
  { id: "tab.7", title: "Seventh tab", group: "Tab", keys: ["Mod+7"] },
  { id: "tab.8", title: "Eighth tab", group: "Tab", keys: ["Mod+8"] },
  { id: "tab.9", title: "Ninth tab", group: "Tab", keys: ["Mod+9"] },
  { id: "tab.close", title: "Close tab", group: "Tab", keys: ["Mod+Shift+X"] },
  { id: "tab.reopen", title: "Reopen what was closed", group: "Tab", keys: ["Mod+Shift+Y"] },
  { id: "tab.move", title: "Move tab to the next pane", group: "Tab", keys: ["Mod+F6"] },

  { id: "pane.split-right", title: "Split right", group: "Pane", keys: ["Mod+\\"] },
  { id: "pane.split-down", title: "Split down", group: "Pane", keys: ["Mod+Shift+\\"] },
  { id: "pane.next", title: "Next pane", group: "Pane", keys: ["F6"] },
  { id: "pane.previous", title: "Previous pane", group: "Pane", keys: ["Shift+F6"] },
  { id: "pane.zoom", title: "Zoom pane", group: "Pane", keys: ["Mod+Shift+M"] },
  { id: "pane.close", title: "Close pane", group: "Pane", keys: [] },

  { id: "view.changes", title: "Show changes", group: "View", keys: ["Mod+Shift+G"] },
  { id: "view.terminal", title: "Show terminal", group: "View", keys: ["Mod+`"] },
  { id: "terminal.new", title: "New terminal", group: "View", keys: ["Mod+Shift+`"] },
  { id: "terminal.previous-command", title: "Show the previous command", group: "View", keys: ["Mod+Shift+ArrowUp"] },
  { id: "terminal.next-command", title: "Show the next command", group: "View", keys: ["Mod+Shift+ArrowDown"] },
  { id: "find.open", title: "Find in the chat or terminal", group: "View", keys: ["Mod+F", "Mod+Shift+F"] },
  { id: "find.next", title: "Find next", group: "View", keys: ["F3"] },
  { id: "find.previous", title: "Find previous", group: "View", keys: ["Shift+F3"] },
  { id: "view.history", title: "Show checkpoints", group: "View", keys: ["Mod+Shift+H"] },
  { id: "view.inbox", title: "Show inbox", group: "View", keys: ["Mod+J"] },
  { id: "inbox.next", title: "Go to what waits longest", group: "View", keys: ["Mod+Shift+J"] },
  { id: "view.sidebar", title: "Fold or unfold the sidebar", group: "View", keys: ["Mod+B"] },
  { id: "view.theme", title: "Switch between light and dark", group: "View", keys: [] },

  { id: "palette.open", title: "Search commands, sessions and projects", group: "Hearth", keys: ["Mod+K", "Mod+Shift+P"] },
  { id: "settings.open", title: "Settings…", group: "Hearth", keys: ["Mod+,"] },
  { id: "shortcuts.open", title: "Keyboard shortcuts", group: "Hearth", keys: ["Mod+/"] },
  { id: "processes.open", title: "Show processes", group: "Hearth", keys: [] },
  { id: "agents.refresh", title: "Look for agents again", group: "Hearth", keys: [] },
] as const satisfies readonly CommandEntry[];

export type CommandId = (typeof commandList)[number]["id"];
export type CommandInfo = CommandEntry & { id: CommandId };
