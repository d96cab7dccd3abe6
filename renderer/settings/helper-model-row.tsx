import { patchSettings } from "../commands/patch-settings.ts";
import { useSettings } from "../stores/app.ts";
import { useOwnModels } from "../stores/own-models.ts";
import { Select } from "../ui/select.tsx";
import { SettingRow } from "./setting-row.tsx";

const hints = {
  auto: "Titles, and drafts of commit messages, by the model of the chat, or one in memory on this machine. Turns come first.",
  off: "Chats are named by their first prompt, and you write commit messages.",
  chosen: "Titles of chats, and drafts of commit messages, by this model, whatever agent a chat has. Turns come first.",
};

export function HelperModelRow(): React.JSX.Element | null {
  const settings = useSettings();
  const models = useOwnModels();
  if (!settings) return null;
  const { helperModel } = settings;
  const isKept = helperModel === "auto" || helperModel === "off" || models.some(({ id }) => id === helperModel);
  const hint = helperModel === "auto" || helperModel === "off" ? hints[helperModel] : hints.chosen;
  return (
    <SettingRow title="Helper model" hint={isKept ? hint : `${hint} It isn’t there at the moment.`}>
      <Select
        label="Helper model"
        value={helperModel}
        options={[
          { value: "auto", label: "The chat’s own" },
          ...models.map(({ id, name }) => ({ value: id, label: name })),
          ...(isKept ? [] : [{ value: helperModel, label: helperModel.slice(helperModel.indexOf("/") + 1) }]),
          { value: "off", label: "Off" },
        ]}
        onChange={(value) => void patchSettings({ helperModel: value })}
      />
    </SettingRow>
  );
}
