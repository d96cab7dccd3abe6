import { patchSettings } from "../commands/patch-settings.ts";
import { useSettings } from "../stores/app.ts";
import { Select } from "../ui/select.tsx";
import { SettingRow } from "./setting-row.tsx";

const never = "never";
const offered = [5, 15, 30, 60, 240];

/** When a model that Hearth serves, and nobody uses, is unloaded. */
export function ModelIdleRow(): React.JSX.Element | null {
  const minutes = useSettings()?.modelIdleMinutes;
  if (minutes === undefined) return null;
  const counts = [...new Set([...offered, ...(minutes === null ? [] : [minutes])])].toSorted((a, b) => a - b);
  return (
    <SettingRow title="Unload an idle model" hint="Of those that Hearth serves itself. The next prompt loads it again.">
      <Select
        label="Unload an idle model"
        value={minutes === null ? never : String(minutes)}
        options={[
          ...counts.map((count) => ({ value: String(count), label: `After ${count} minutes` })),
          { value: never, label: "Never" },
        ]}
        onChange={(value) => void patchSettings({ modelIdleMinutes: value === never ? null : Number(value) })}
      />
    </SettingRow>
  );
}
