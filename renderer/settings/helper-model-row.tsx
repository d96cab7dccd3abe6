import { patchSettings } from "../commands/patch-settings.ts";
import { useSettings } from "../stores/app.ts";
import { useOwnModels } from "../stores/own-models.ts";
import { Select } from "../ui/select.tsx";
import { SettingRow } from "./setting-row.tsx";

const sent = "A draft sends it the session’s changes, a summary the chat, wherever it is. Turns come first.";

const hints = {
  auto: `Names and tags chats of Hearth’s own agent by their model, where its server has more than one slot. Drafts commit messages and summaries by it, or by one in memory on this machine. ${sent}`,
  off: "Chats are named by their first prompt, and you write commit messages and tags. There are no summaries.",
  chosen: `Names and tags chats of any agent, and drafts commit messages and summaries. Turns on other servers ask it for words where a search finds nothing. ${sent}`,
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
