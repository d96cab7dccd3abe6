import { patchSettings } from "../commands/patch-settings.ts";
import { useSettings } from "../stores/app.ts";
import { useOwnModels } from "../stores/own-models.ts";
import { Select } from "../ui/select.tsx";
import { SettingRow } from "./setting-row.tsx";

const drafts =
  "A draft sends the session’s changes to that model, a summary what was said in the chat; it may be on another machine. Requests of turns come first.";

const hints = {
  auto: `Names and tags chats of Hearth’s own agent, where their server has more than one slot, by the chat’s model. Drafts commit messages and summaries of chats by it, or by one in memory on this machine. ${drafts}`,
  off: "Chats are named by their first prompt, you write commit messages, and there are no summaries and no tags but yours.",
  chosen: `Names and tags chats, and drafts commit messages and summaries, whatever agent a chat has. During a turn on another server it is asked for other words when a search finds nothing. ${drafts}`,
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
