import { useEffect, useState } from "react";
import { rpc } from "../rpc.ts";
import { useApp } from "../stores/app.ts";

/** Where everything lies, which version this is, and what Hearth wants the person to know about the machine. */
export function About(): React.JSX.Element | null {
  const info = useApp((state) => state.app?.info);
  const [file, setFile] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    rpc.settings.get().then(
      (answer) => gone || setFile(answer.path),
      () => undefined, // The path is told by the folder above as well.
    );
    return () => {
      gone = true;
    };
  }, []);
  if (!info) return null;
  const facts: [string, string][] = [
    ["Version", info.version],
    ["Host", info.host === "desktop" ? "desktop" : "browser"],
    ["System", info.platform],
    ["git", info.gitVersion ?? "not found"],
    ["Data", info.dataDir],
    ["Configuration", info.configDir],
    ...(file ? [["Settings file", file] as [string, string]] : []),
    ["Process", String(info.pid)],
  ];
  return (
    <div className="flex flex-col gap-4">
      {info.warnings.map((warning) => (
        <p key={warning} className="selectable rounded-control bg-changed-soft px-3 py-2">
          {warning}
        </p>
      ))}
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="selectable min-w-0 font-mono text-code break-all">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="text-muted">
        Everything stays on this machine, except what the agents you choose send to their own services.
      </p>
    </div>
  );
}
