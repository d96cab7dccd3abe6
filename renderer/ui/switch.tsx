import { Switch as Base } from "@base-ui/react/switch";

type Props = { checked: boolean; onChange: (checked: boolean) => void; label: string; disabled?: boolean };

/** On or off, at once; `label` is its accessible name. */
export function Switch({ checked, onChange, label, disabled }: Props): React.JSX.Element {
  return (
    <Base.Root
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      aria-label={label}
      className="inline-flex h-4.5 w-8 shrink-0 items-center rounded-full border border-line-strong bg-selected px-0.5 transition-colors data-checked:border-muted data-checked:bg-muted data-disabled:opacity-45"
    >
      <Base.Thumb className="size-3 rounded-full bg-muted transition-transform data-checked:translate-x-3.5 data-checked:bg-raised" />
    </Base.Root>
  );
}
