import type { ComponentType } from "react";
import { ShortcutList } from "../commands/shortcut-list.tsx";
import { useApp } from "../stores/app.ts";
import { closeDialog, openDialog } from "../stores/frame.ts";
import { cx } from "../ui/cx.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { About } from "./about.tsx";
import { Agents } from "./agents.tsx";
import { Appearance } from "./appearance.tsx";
import { Decisions } from "./decisions.tsx";
import { FileProblems } from "./file-problems.tsx";
import { General } from "./general.tsx";
import { McpServers } from "./mcp-servers.tsx";
import { Notifications } from "./notifications.tsx";
import { Rules } from "./rules.tsx";
import { Storage } from "./storage.tsx";

const sections: { id: string; title: string; View: ComponentType }[] = [
  { id: "general", title: "General", View: General },
  { id: "appearance", title: "Appearance", View: Appearance },
  { id: "agents", title: "Agents", View: Agents },
  { id: "mcp", title: "MCP servers", View: McpServers },
  { id: "rules", title: "Permission rules", View: Rules },
  { id: "decisions", title: "Decisions", View: Decisions },
  { id: "notifications", title: "Notifications", View: Notifications },
  { id: "shortcuts", title: "Shortcuts", View: ShortcutList },
  { id: "storage", title: "Storage", View: Storage },
  { id: "about", title: "About", View: About },
];

export function SettingsDialog({ section = "general" }: { section?: string }): React.JSX.Element {
  const loaded = useApp((state) => state.app !== null);
  const shown = sections.find((candidate) => candidate.id === section) ?? sections[0];
  const View = shown?.View ?? General;
  return (
    <Dialog title="Settings" width="52rem" className="h-[min(40rem,calc(100dvh-1rem))]" onClose={() => closeDialog("settings")}>
      <div className="flex min-h-full flex-col gap-4 tablet:flex-row tablet:gap-6">
        <div
          role="tablist"
          aria-label="Sections"
          className="flex shrink-0 gap-0.5 overflow-x-auto [scrollbar-width:none] max-tablet:scroll-fade-x max-tablet:[--fade-right:2rem] tablet:sticky tablet:top-0 tablet:w-40 tablet:flex-col tablet:self-start"
        >
          {sections.map(({ id, title }) => (
            <button
              key={id}
              type="button"
              role="tab"
              aria-selected={id === shown?.id}
              onClick={() => openDialog({ kind: "settings", section: id })}
              className={cx(
                "row shrink-0 rounded-control px-2 text-left whitespace-nowrap",
                id === shown?.id ? "bg-selected font-medium" : "text-muted hover:bg-hover hover:text-text",
              )}
            >
              {title}
            </button>
          ))}
        </div>
        <div role="tabpanel" aria-label={shown?.title} className="min-w-0 flex-1">
          <FileProblems name="settings.json" consequence="The rest of the file counts. What is wrong keeps its usual value." />
          {loaded ? <View /> : <Skeleton rows={5} />}
        </div>
      </div>
    </Dialog>
  );
}
