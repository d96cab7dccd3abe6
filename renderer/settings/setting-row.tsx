import type { ReactNode } from "react";

/** A setting: what it is called, what it does, and its control at the right. */
export function SettingRow({
  title,
  hint,
  children,
}: {
  title: string;
  hint?: ReactNode;
  children: ReactNode;
}): React.JSX.Element {
  return (
    <div data-setting={title} className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line py-2.5 last:border-b-0">
      <div className="min-w-56 flex-1">
        <div>{title}</div>
        {hint ? <div className="text-small text-muted">{hint}</div> : null}
      </div>
      <div className="flex items-center gap-2">{children}</div>
    </div>
  );
}
