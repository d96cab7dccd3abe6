import { Minus, Plus } from "lucide-react";
import { useSettings } from "../stores/app.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Select } from "../ui/select.tsx";
import { SettingRow } from "./setting-row.tsx";

const smallest = 11;
const largest = 18;

export function Appearance(): React.JSX.Element | null {
  const settings = useSettings();
  if (!settings) return null;
  const size = settings.fontSize;
  return (
    <>
      <SettingRow title="Theme" hint="System follows what the desktop uses.">
        <Select
          label="Theme"
          value={settings.theme}
          options={[
            { value: "system", label: "System" },
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
          ]}
          onChange={(theme) => void patchSettings({ theme })}
        />
      </SettingRow>
      <SettingRow title="Text size" hint="Everything grows with it.">
        <IconButton label="Smaller" disabled={size <= smallest} onClick={() => void patchSettings({ fontSize: size - 1 })}>
          <Minus className="size-3.5" aria-hidden />
        </IconButton>
        <output aria-label="Text size" className="w-6 text-center">
          {size}
        </output>
        <IconButton label="Larger" disabled={size >= largest} onClick={() => void patchSettings({ fontSize: size + 1 })}>
          <Plus className="size-3.5" aria-hidden />
        </IconButton>
      </SettingRow>
      <SettingRow title="Diffs" hint="Unified shows one column, split shows before and after side by side.">
        <Select
          label="Diffs"
          value={settings.diffStyle}
          options={[
            { value: "unified", label: "Unified" },
            { value: "split", label: "Split" },
          ]}
          onChange={(diffStyle) => void patchSettings({ diffStyle })}
        />
      </SettingRow>
    </>
  );
}
