import type { TrustItem, TrustReport } from "../../shared/contract/projects.ts";
import { Visible } from "../markdown/visible.tsx";

type Group = { kinds: readonly TrustItem["kind"][]; title: string; note: string };

/** In the order of what they can do to a person. */
const groups: readonly Group[] = [
  {
    kinds: ["hook", "setup-script"],
    title: "Hooks and setup",
    note: "Programs that run by themselves when agents or git do something",
  },
  { kinds: ["mcp-server"], title: "MCP servers", note: "Programs that agents start as tools" },
  { kinds: ["plugin"], title: "Plugins", note: "Code that agents load" },
  { kinds: ["git-config"], title: "git settings", note: "Programs that git starts, and where it reads from" },
  {
    kinds: ["environment"],
    title: "Environment",
    note: "Variables that steer programs, such as where requests and keys are sent",
  },
  { kinds: ["agent-config"], title: "Agent configuration", note: "What agents may do here, and how" },
  { kinds: ["editor-task"], title: "Editor tasks and settings", note: "Run by editors; agents may read them" },
];

/** What would run, in groups, each with its path and what it does; changed ones are marked. */
export function TrustList({ report }: { report: TrustReport }): React.JSX.Element {
  const changed = new Set(report.changed);
  return (
    <div className="flex flex-col gap-4">
      {groups.map((group) => {
        const items = report.items.filter((item) => group.kinds.includes(item.kind));
        return items.length === 0 ? null : <TrustGroup key={group.title} group={group} items={items} changed={changed} />;
      })}
    </div>
  );
}

type GroupProps = { group: Group; items: readonly TrustItem[]; changed: ReadonlySet<string> };

function TrustGroup({ group, items, changed }: GroupProps): React.JSX.Element {
  return (
    <section aria-label={group.title}>
      <h3 className="font-semibold">
        {group.title} <span className="font-normal text-faint tabular-nums">{items.length}</span>
      </h3>
      <p className="text-small text-muted">{group.note}</p>
      <ul className="mt-1.5 rounded-card border border-line">
        {items.map((item, at) => (
          <li key={`${item.path}:${at}`} className="selectable border-b border-line px-2.5 py-1.5 last:border-b-0">
            <p className="flex items-baseline gap-2">
              <span className="min-w-0 flex-1 font-mono text-code break-all">
                <Visible text={item.path} />
              </span>
              {changed.has(item.path) ? <span className="shrink-0 text-small text-changed">changed</span> : null}
            </p>
            <p className="text-small break-words text-muted">
              <Visible text={item.detail} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
