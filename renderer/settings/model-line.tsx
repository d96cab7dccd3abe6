import { useState, type ReactNode } from "react";
import type { LocalModel } from "../../shared/contract/models.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { callFailure, rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Switch } from "../ui/switch.tsx";
import type { ChangeModels } from "./model-endpoint-card.tsx";
import { factsOf, testTime } from "./model-words.ts";
import { ModelSampling } from "./model-sampling.tsx";

type Test = { kind: "none" | "going" } | { kind: "answered"; ms: number } | { kind: "failed"; message: string };

type Props = { model: LocalModel; onChange: ChangeModels; actions?: ReactNode; children?: ReactNode };

/** A model with its window as it is loaded; tested with one token, sampled, and switched off. `actions` and what is below: more of it. */
export function ModelLine({ model, onChange, actions, children }: Props): React.JSX.Element {
  const [test, setTest] = useState<Test>({ kind: "none" });
  const [sampling, setSampling] = useState(false);
  const label = visibleText(model.label);
  const ask = async (): Promise<void> => {
    setTest({ kind: "going" });
    try {
      const { ms } = await rpc.models.test({ id: model.id });
      setTest({ kind: "answered", ms });
    } catch (error) {
      setTest({ kind: "failed", message: callFailure(error).message });
    }
  };
  const switchTo = (on: boolean): void =>
    void onChange(`${label} was not switched ${on ? "on" : "off"}`, () => rpc.models.updateModel({ id: model.id, on }));
  return (
    <li className="border-b border-line px-3 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className={cx("selectable min-w-40 flex-1 break-words", model.on ? "" : "text-muted")}>{label}</span>
        <span className="inline-flex items-center gap-1 max-tablet:order-last max-tablet:-ml-2.5 max-tablet:w-full">
          {actions}
          <Button variant="plain" aria-label={`Test ${label}`} disabled={test.kind === "going"} onClick={() => void ask()}>
            {test.kind === "going" ? "Asking…" : "Test"}
          </Button>
          <Button
            variant="plain"
            aria-label={`Sampling of ${label}`}
            aria-expanded={sampling}
            onClick={() => setSampling(!sampling)}
          >
            Sampling
          </Button>
        </span>
        <Switch label={`${label} may be used`} checked={model.on} onChange={switchTo} />
      </div>
      {children ?? <p className="selectable text-small break-words text-muted">{factsOf(model)}</p>}
      <TestOutcome test={test} />
      {sampling ? <ModelSampling model={model} onChange={onChange} onDone={() => setSampling(false)} /> : null}
    </li>
  );
}

function TestOutcome({ test }: { test: Test }): React.JSX.Element | null {
  if (test.kind === "answered")
    return (
      <p role="status" className="text-small tabular-nums">
        Answered with one token in {testTime(test.ms)}.
      </p>
    );
  if (test.kind === "failed")
    return (
      <p role="alert" className="selectable text-small break-words text-removed">
        {visibleText(test.message)}
      </p>
    );
  return null;
}
