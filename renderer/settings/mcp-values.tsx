import type { McpServer } from "../../shared/contract/mcp.ts";
import { Button } from "../ui/button.tsx";
import { Input } from "../ui/input.tsx";
import { Switch } from "../ui/switch.tsx";
import { emptyRow, type ValueRow } from "./mcp-wanted.ts";

type Props = { type: McpServer["type"]; rows: readonly ValueRow[]; onChange: (rows: ValueRow[]) => void };

/** A server's variables or headers. A value that was saved is never shown again. */
export function McpValues({ type, rows, onChange }: Props): React.JSX.Element {
  const noun = type === "stdio" ? "variable" : "header";
  const put = (at: number, part: Partial<ValueRow>): void =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-small font-medium text-muted">{type === "stdio" ? "Variables" : "Headers"}</legend>
      {rows.map((row, at) => (
        <Row
          key={at}
          noun={noun}
          row={row}
          onChange={(part) => put(at, part)}
          onRemove={() => onChange(rows.filter((_, index) => index !== at))}
        />
      ))}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button onClick={() => onChange([...rows, emptyRow])}>Add a {noun}</Button>
        <span className="min-w-48 flex-1 text-small text-faint">
          {"${NAME} stands for what your login shell has. Secrets are kept by the keyring, the rest in mcp.json."}
        </span>
      </div>
    </fieldset>
  );
}

type RowProps = { noun: string; row: ValueRow; onChange: (part: Partial<ValueRow>) => void; onRemove: () => void };

function Row({ noun, row, onChange, onRemove }: RowProps): React.JSX.Element {
  const { name, value, secret, known } = row;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="min-w-32 flex-1">
        <Input
          aria-label={`Name of the ${noun}`}
          placeholder={noun === "header" ? "Authorization" : "API_KEY"}
          value={name}
          disabled={known}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </div>
      <div className="min-w-32 flex-1">
        <Input
          aria-label={`Value of ${name || `the ${noun}`}`}
          type={secret ? "password" : "text"}
          autoComplete="new-password"
          placeholder={known ? "as it is" : "value"}
          value={value}
          onChange={(event) => onChange({ value: event.target.value })}
        />
      </div>
      <span className="inline-flex items-center gap-1.5 text-small text-muted">
        <Switch label={`${name || `The ${noun}`} is a secret`} checked={secret} onChange={(on) => onChange({ secret: on })} />
        Secret
      </span>
      <Button variant="plain" aria-label={`Remove ${name || `the ${noun}`}`} onClick={onRemove}>
        Remove
      </Button>
    </div>
  );
}
