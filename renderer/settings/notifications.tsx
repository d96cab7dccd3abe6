import { useState } from "react";
import { desktop } from "../desktop-bridge.ts";
import { useSettings } from "../stores/app.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { Button } from "../ui/button.tsx";
import { Switch } from "../ui/switch.tsx";
import { SettingRow } from "./setting-row.tsx";

const kinds = [
  { id: "needsYou", title: "Something needs you", hint: "A permission or a question, in a chat that you don’t see." },
  { id: "done", title: "A run is done", hint: "In a chat that you don’t see." },
  { id: "failed", title: "A run failed", hint: "In a chat that you don’t see." },
] as const;

export function Notifications(): React.JSX.Element | null {
  const notify = useSettings()?.notify;
  if (!notify) return null;
  return (
    <>
      {desktop ? null : <BrowserPermission />}
      {kinds.map(({ id, title, hint }) => (
        <SettingRow key={id} title={title} hint={hint}>
          <Switch label={title} checked={notify[id]} onChange={(on) => void patchSettings({ notify: { ...notify, [id]: on } })} />
        </SettingRow>
      ))}
    </>
  );
}

/** A browser shows notifications only to pages that it was asked for. */
function BrowserPermission(): React.JSX.Element | null {
  const [permission, setPermission] = useState(() => ("Notification" in window ? Notification.permission : "unsupported"));
  if (permission === "granted") return null;
  const hint = {
    default: "This browser hasn’t been asked yet.",
    denied: "This browser was told not to show any for this page; its settings can change that.",
    unsupported: "This browser can’t show any.",
  }[permission];
  return (
    <SettingRow title="Notifications of this browser" hint={hint}>
      {permission === "default" ? (
        <Button onClick={() => void Notification.requestPermission().then(setPermission)}>Ask the browser</Button>
      ) : null}
    </SettingRow>
  );
}
