import { useId } from "react";
import { cx } from "../ui/cx.ts";
import { Field, Input, TextArea } from "../ui/input.tsx";
import type { FormChoice, FormField } from "../../shared/form-fields.ts";
import { Visible } from "../markdown/visible.tsx";

/** `asked`: the question above the form, which a choice of the same name doesn't repeat. */
type Props = { field: FormField; asked: string; value: unknown; problem: string | null; onChange: (value: unknown) => void };

/** One control of a question's form. */
export function QuestionField({ field, asked, value, problem, onChange }: Props): React.JSX.Element {
  const text = typeof value === "string" ? value : "";
  switch (field.type) {
    case "choice":
      return (
        <Choices field={field} asked={asked} choices={field.choices} chosen={[text]} one problem={problem} onToggle={onChange} />
      );
    case "choices": {
      const chosen = Array.isArray(value) ? value.map(String) : [];
      const toggle = (choice: string): void =>
        onChange(chosen.includes(choice) ? chosen.filter((other) => other !== choice) : [...chosen, choice]);
      return (
        <Choices
          field={field}
          asked={asked}
          choices={field.choices}
          chosen={chosen}
          one={false}
          problem={problem}
          onToggle={toggle}
        />
      );
    }
    case "boolean":
      return (
        <Tick
          type="checkbox"
          checked={value === true}
          label={field.label}
          hint={field.hint}
          onChange={() => onChange(value !== true)}
        />
      );
    default:
      return (
        <Field label={field.label} hint={field.hint} error={problem}>
          {(ids) =>
            field.type === "text" && field.multiline ? (
              <TextArea {...ids} rows={2} value={text} onChange={(event) => onChange(event.target.value)} />
            ) : (
              <Input
                {...ids}
                inputMode={field.type === "number" ? "decimal" : undefined}
                value={text}
                onChange={(event) => onChange(event.target.value)}
              />
            )
          }
        </Field>
      );
  }
}

type ChoicesProps = {
  field: FormField;
  asked: string;
  choices: FormChoice[];
  chosen: string[];
  one: boolean;
  problem: string | null;
  onToggle: (value: string) => void;
};

function Choices({ field, asked, choices, chosen, one, problem, onToggle }: ChoicesProps): React.JSX.Element {
  const name = useId();
  const legend = (field.name === "value" && field.label === "Answer") || field.label === asked ? null : field.label;
  return (
    <fieldset className="flex min-w-0 flex-col" aria-invalid={problem !== null}>
      {legend ? (
        <legend className="mb-0.5 text-small font-medium text-muted">
          <Visible text={legend} />
        </legend>
      ) : null}
      {choices.map((choice) => (
        <Tick
          key={choice.value}
          type={one ? "radio" : "checkbox"}
          name={one ? name : undefined}
          checked={chosen.includes(choice.value)}
          label={choice.label}
          hint={null}
          onChange={() => onToggle(choice.value)}
        />
      ))}
      <p className={cx("text-small empty:hidden", problem ? "text-removed" : "text-faint")}>{problem ?? field.hint}</p>
    </fieldset>
  );
}

type TickProps = {
  type: "radio" | "checkbox";
  name?: string;
  checked: boolean;
  label: string;
  hint: string | null;
  onChange: () => void;
};

function Tick({ type, name, checked, label, hint, onChange }: TickProps): React.JSX.Element {
  return (
    <label className="row flex items-center gap-2 rounded-control px-1 hover:bg-hover">
      <input type={type} name={name} checked={checked} onChange={onChange} className="size-3.5 shrink-0 accent-accent" />
      <span className="min-w-0 flex-1 break-words">
        <Visible text={label} />
        {hint ? <span className="ml-2 text-small text-faint">{hint}</span> : null}
      </span>
    </label>
  );
}
