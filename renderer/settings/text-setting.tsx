import { useState } from "react";
import { Input } from "../ui/input.tsx";

/** One line of text that is saved when it is left or with Enter. Give it `saved` as its key, so that it follows. */
export function TextSetting(props: {
  label: string;
  placeholder: string;
  saved: string;
  onSave: (text: string) => void;
}): React.JSX.Element {
  const { label, placeholder, saved, onSave } = props;
  const [value, setValue] = useState(saved);
  const save = (): void => {
    if (value.trim() !== saved) onSave(value.trim());
  };
  return (
    <Input
      aria-label={label}
      placeholder={placeholder}
      className="w-56 font-mono text-code"
      value={value}
      onChange={(event) => setValue(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === "Enter" && save()}
    />
  );
}
