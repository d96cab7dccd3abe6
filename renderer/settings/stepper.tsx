import { Minus, Plus } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";

type Props = {
  label: string;
  value: number;
  least: number;
  most: number;
  less: string;
  more: string;
  onChange: (value: number) => void;
};

/** A whole number, one down or one up. */
export function Stepper({ label, value, least, most, less, more, onChange }: Props): React.JSX.Element {
  return (
    <>
      <IconButton label={less} disabled={value <= least} onClick={() => onChange(value - 1)}>
        <Minus className="size-3.5" aria-hidden />
      </IconButton>
      <output aria-label={label} className="w-6 text-center">
        {value}
      </output>
      <IconButton label={more} disabled={value >= most} onClick={() => onChange(value + 1)}>
        <Plus className="size-3.5" aria-hidden />
      </IconButton>
    </>
  );
}
