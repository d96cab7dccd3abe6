import { Minus, Plus } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";

type Props = {
  label: string;
  value: number;
  step?: number;
  least: number;
  most: number;
  less: string;
  more: string;
  onChange: (value: number) => void;
};

/** A whole number, a step down or up. */
export function Stepper({ label, value, step = 1, least, most, less, more, onChange }: Props): React.JSX.Element {
  return (
    <>
      <IconButton label={less} disabled={value <= least} onClick={() => onChange(Math.max(least, value - step))}>
        <Minus className="size-3.5" aria-hidden />
      </IconButton>
      <output aria-label={label} className="w-6 text-center">
        {value}
      </output>
      <IconButton label={more} disabled={value >= most} onClick={() => onChange(Math.min(most, value + step))}>
        <Plus className="size-3.5" aria-hidden />
      </IconButton>
    </>
  );
}
