import { useSettings } from "../stores/app.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { Select } from "../ui/select.tsx";
import { SettingRow } from "./setting-row.tsx";
import { Stepper } from "./stepper.tsx";

const smallest = 11;
const largest = 18;

export function Appearance(): React.JSX.Element | null {
  const settings = useSettings();
  if (!settings) return null;
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
        <Stepper
          label="Text size"
          value={settings.fontSize}
          least={smallest}
          most={largest}
          less="Smaller"
          more="Larger"
          onChange={(fontSize) => void patchSettings({ fontSize })}
        />
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
