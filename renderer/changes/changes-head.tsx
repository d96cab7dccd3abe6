import { Search, SlidersHorizontal } from "lucide-react";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { useAgents, useSettings } from "../stores/app.ts";
import { useChangeCount } from "../stores/changes.ts";
import { Count } from "../ui/count.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { setView, useView } from "./use-view.ts";

type Props = { sessionId: string; changes: PendingChange[]; isFinding: boolean; onFind: (finding: boolean) => void };

/** How much there is, by whom, and how it is shown. */
export function ChangesHead({ sessionId, changes, isFinding, onFind }: Props): React.JSX.Element {
  const count = useChangeCount(sessionId);
  const view = useView();
  const diffStyle = useSettings()?.diffStyle;
  const agents = useAgents();
  const authors = [...new Set(changes.flatMap((change) => change.agents))];
  const approved = changes.filter((change) => change.review === "approved").length;
  return (
    <header className="flex h-9 shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3">
      <h2 className="font-semibold tabular-nums">
        Changes <span className="font-normal text-muted">{count.files}</span>
      </h2>
      <Count additions={count.additions} deletions={count.deletions} />
      <span className="min-w-0 flex-1 truncate text-right text-small text-muted tabular-nums">
        {[
          authors.length > 1
            ? `by ${authors.map((id) => agents.find((agent) => agent.id === id)?.label ?? id).join(" and ")}`
            : null,
          approved > 0 ? `${approved} approved` : null,
        ]
          .filter((text) => text !== null)
          .join(" · ")}
      </span>
      <IconButton label="Find files" shortcut="/" pressed={isFinding} onClick={() => onFind(!isFinding)}>
        <Search className="size-4" aria-hidden />
      </IconButton>
      <Menu
        align="end"
        trigger={
          <IconButton label="View">
            <SlidersHorizontal className="size-4" aria-hidden />
          </IconButton>
        }
        entries={[
          { kind: "heading", label: "Files" },
          { label: "By folder", checked: view.files === "tree", onSelect: () => setView({ files: "tree" }) },
          { label: "As a list", checked: view.files === "list", onSelect: () => setView({ files: "list" }) },
          { kind: "separator" },
          { kind: "heading", label: "Diff" },
          { label: "Unified", checked: diffStyle === "unified", onSelect: () => void patchSettings({ diffStyle: "unified" }) },
          {
            label: "Side by side",
            hint: "where there is room",
            checked: diffStyle === "split",
            onSelect: () => void patchSettings({ diffStyle: "split" }),
          },
          { kind: "separator" },
          { kind: "heading", label: "Long lines" },
          { label: "Wrap where it is narrow", checked: view.wrap === null, onSelect: () => setView({ wrap: null }) },
          { label: "Wrap", checked: view.wrap === true, onSelect: () => setView({ wrap: true }) },
          { label: "Scroll", checked: view.wrap === false, onSelect: () => setView({ wrap: false }) },
        ]}
      />
    </header>
  );
}
