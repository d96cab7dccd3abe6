import { useState } from "react";
import type { RuleInUse } from "../../shared/contract/rules.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { useProjects, useSessions } from "../stores/app.ts";
import { Button } from "../ui/button.tsx";
import { lastings, minutesOf, type Lasting } from "../ui/lasting.ts";
import { Select } from "../ui/select.tsx";
import { shortDate } from "../ui/short-date.ts";
import { RuleDecisions } from "./rule-decisions.tsx";
import { matchText, scopeText, usesText } from "./rule-words.ts";

type Props = { rule: RuleInUse; onRemove: () => void; onExpiry: (minutes: number | null) => void };

/** A rule, for how long it counts, and on demand what it has decided. */
export function RuleLine({ rule, onRemove, onExpiry }: Props): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const project = useProjects().find(({ id }) => id === rule.scopeId)?.name;
  const session = useSessions().find(({ id }) => id === rule.scopeId)?.title;
  const what = visibleText(matchText(rule.match));
  return (
    <li className="flex flex-col gap-2 border-b border-line px-3 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-2">
        <div className="min-w-48 flex-1">
          <div className="min-w-0">
            <span className={rule.decision === "allow" ? "text-added" : "text-removed"}>
              {rule.decision === "allow" ? "Allow" : "Reject"}
            </span>{" "}
            <code className="selectable break-all">{what}</code>
          </div>
          <div className="flex flex-wrap gap-x-1 text-small text-faint">
            <span className="break-words">{scopeText(rule.scope, (rule.scope === "session" ? session : project) ?? null)} ·</span>
            {rule.uses === 0 ? (
              usesText(rule)
            ) : (
              <button
                type="button"
                aria-expanded={open}
                onClick={() => setOpen(!open)}
                className="rounded-control text-left underline decoration-line-strong underline-offset-2 hover:text-text"
              >
                {usesText(rule)}
              </button>
            )}
          </div>
        </div>
        <Expiry expiresAt={rule.expiresAt} what={what} onChange={onExpiry} />
        <Button variant="plain" aria-label={`Remove the rule about ${what}`} onClick={onRemove}>
          Remove
        </Button>
      </div>
      {open ? <RuleDecisions ruleId={rule.id} /> : null}
    </li>
  );
}

type ExpiryProps = { expiresAt: string | null; what: string; onChange: (minutes: number | null) => void };

function Expiry({ expiresAt, what, onChange }: ExpiryProps): React.JSX.Element {
  const label = `How long the rule about ${what} counts`;
  if (expiresAt === null)
    return <Select<Lasting> label={label} value="until-removed" options={lastings} onChange={(to) => onChange(minutesOf[to])} />;
  const asItIs = { value: "as-it-is" as const, label: `Until ${shortDate(expiresAt)}` };
  return (
    <Select<Lasting | "as-it-is">
      label={label}
      value="as-it-is"
      options={[asItIs, ...lastings]}
      onChange={(to) => to !== "as-it-is" && onChange(minutesOf[to])}
    />
  );
}
