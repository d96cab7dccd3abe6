import { useState, type ComponentType } from "react";
import { findSettings, settingsSections, type SettingsSectionId } from "../../shared/settings-sections.ts";
import { focusInPane } from "../commands/focus-pane.ts";
import { ShortcutList } from "../commands/shortcut-list.tsx";
import { useApp } from "../stores/app.ts";
import { openPage } from "../stores/frame.ts";
import { PageFrame } from "../ui/page-frame.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { About } from "./about.tsx";
import { Agents } from "./agents.tsx";
import { Appearance } from "./appearance.tsx";
import { Decisions } from "./decisions.tsx";
import { FileProblems } from "./file-problems.tsx";
import { General } from "./general.tsx";
import { LocalModels } from "./local-models.tsx";
import { McpServers } from "./mcp-servers.tsx";
import { Notifications } from "./notifications.tsx";
import { Rules } from "./rules.tsx";
import { SectionTabs } from "./section-tabs.tsx";
import { Storage } from "./storage.tsx";

const views: Record<SettingsSectionId, ComponentType> = {
  general: General,
  appearance: Appearance,
  agents: Agents,
  models: LocalModels,
  mcp: McpServers,
  rules: Rules,
  decisions: Decisions,
  notifications: Notifications,
  shortcuts: ShortcutList,
  storage: Storage,
  about: About,
};

/** The settings, a section at a time; what is searched for leaves the sections that hold it. */
export function SettingsPage({ section }: { section?: SettingsSectionId | undefined }): React.JSX.Element {
  const loaded = useApp((state) => state.app !== null);
  const [query, setQuery] = useState("");
  const found = findSettings(query);
  const shown = settingsSections.find(({ id }) => id === section) ?? settingsSections[0];
  const View = views[shown.id];
  const show = (id: SettingsSectionId): void => openPage({ kind: "settings", section: id });
  const search = (next: string): void => {
    setQuery(next);
    const hits = findSettings(next);
    // What is shown is something that was looked for.
    const [first] = hits;
    if (first && !hits.some((hit) => hit.section.id === shown.id)) show(first.section.id);
  };
  return (
    <PageFrame title="Settings" onClose={focusInPane}>
      <div className="flex min-h-0 flex-1 flex-col tablet:flex-row">
        <div className="flex shrink-0 flex-col gap-2 border-line p-2 max-tablet:border-b tablet:w-56 tablet:overflow-y-auto tablet:border-r">
          <SearchField label="Search settings" value={query} onChange={search} />
          <SectionTabs found={found} shown={shown.id} onShow={show} />
          {found.length === 0 ? <p className="px-2 text-muted">No setting is called that.</p> : null}
        </div>
        <div
          role="tabpanel"
          tabIndex={0}
          aria-label={shown.title}
          className="min-h-0 min-w-0 flex-1 overflow-y-auto -outline-offset-2"
          key={shown.id}
        >
          <div className="mx-auto w-full max-w-184 px-4 py-5 tablet:px-8 tablet:py-6">
            <h2 className="mb-3 text-title font-semibold">{shown.title}</h2>
            <FileProblems name="settings.json" consequence="The rest of the file counts. What is wrong keeps its usual value." />
            {loaded ? <View /> : <Skeleton rows={5} />}
          </div>
        </div>
      </div>
    </PageFrame>
  );
}
