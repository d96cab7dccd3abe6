import type { TurnLimit } from "../../shared/turn-limits.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { useSettings } from "../stores/app.ts";
import { Select } from "../ui/select.tsx";
import { SettingRow } from "./setting-row.tsx";

const never = "never";

const rows: readonly { limit: TurnLimit; title: string; hint: string; offered: readonly number[] }[] = [
  {
    limit: "calls",
    title: "Tool calls until a turn pauses",
    hint: "Of Hearth’s own agent. It goes on when you say so, and counts anew.",
    offered: [25, 50, 100, 200, 500],
  },
  {
    limit: "requests",
    title: "Requests until a turn pauses",
    hint: "To the model: one for each step of a turn.",
    offered: [25, 50, 100, 200, 500],
  },
  {
    limit: "tokens",
    title: "Tokens until a turn pauses",
    hint: "Of all requests and answers, as the server counts them, or as estimated where it doesn’t.",
    offered: [100_000, 250_000, 500_000, 1_000_000, 5_000_000],
  },
];

/** After how much a turn of Hearth's own agent pauses. */
export function TurnLimitRows(): React.JSX.Element | null {
  const settings = useSettings();
  if (!settings) return null;
  const { turnLimits } = settings;
  return (
    <>
      {rows.map(({ limit, title, hint, offered }) => {
        const now = turnLimits[limit];
        const counts = [...new Set([...offered, ...(now === null ? [] : [now])])].toSorted((a, b) => a - b);
        return (
          <SettingRow key={limit} title={title} hint={hint}>
            <Select
              label={title}
              value={now === null ? never : String(now)}
              options={[
                ...counts.map((count) => ({ value: String(count), label: count.toLocaleString("en") })),
                { value: never, label: "Never" },
              ]}
              onChange={(value) =>
                void patchSettings({ turnLimits: { ...turnLimits, [limit]: value === never ? null : Number(value) } })
              }
            />
          </SettingRow>
        );
      })}
    </>
  );
}
