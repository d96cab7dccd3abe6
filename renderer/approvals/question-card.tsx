import { useId, useRef, useState } from "react";
import type { Question } from "../../shared/contract/permissions.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useAgent } from "../stores/app.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { formContent, formProblems, initialValues, questionFields, type FormValues } from "../../shared/form-fields.ts";
import { Asker } from "./asker.tsx";
import { QuestionField } from "./question-field.tsx";
import { useArmed } from "./use-armed.ts";
import { Visible } from "../markdown/visible.tsx";

/** An open question, answerable in place: buttons for choices, a form for a schema, a line of text for neither. */
export function QuestionCard({ question }: { question: Question }): React.JSX.Element {
  const card = useRef<HTMLFormElement>(null);
  const armed = useArmed(card);
  const headingId = useId();
  const fields = questionFields(question);
  const [values, setValues] = useState<FormValues>(() => initialValues(fields));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [sent, setSent] = useState(false);
  // Two clicks can come before the page is drawn anew, so what guards against the second isn't state.
  const sending = useRef(false);
  const [failed, setFailed] = useState<string | null>(null);
  const agentLabel = useAgent(question.agentId)?.label ?? question.agentId;

  const answer = async (content: Record<string, unknown> | null): Promise<void> => {
    if (!armed || sending.current) return;
    sending.current = true;
    setSent(true);
    setFailed(null);
    try {
      await rpc.permissions.answerQuestion({ id: question.id, content });
    } catch (error) {
      const failure = callFailure(error);
      sending.current = false;
      setSent(false);
      setFailed(failure.code === "QUESTION_CLOSED" ? "This was answered or withdrawn meanwhile." : failure.message);
    }
  };
  const send = (): void => {
    const found = formProblems(fields, values);
    setProblems(found);
    if (Object.keys(found).length === 0) void answer(formContent(fields, values));
  };

  return (
    <form
      ref={card}
      data-approval={question.id}
      tabIndex={0}
      aria-labelledby={headingId}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) send();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="flex flex-col gap-2.5 overflow-hidden rounded-card border border-line border-l-accent bg-raised px-3 py-2.5"
    >
      <div className="flex min-w-0 items-start gap-2">
        <AgentMark agentId={question.agentId} label={agentLabel} className="mt-0.5" />
        <p
          id={headingId}
          className="selectable max-h-40 min-w-0 flex-1 overflow-y-auto font-semibold break-words whitespace-pre-wrap"
        >
          <Visible text={question.message} />
        </p>
      </div>
      <Asker agentLabel={agentLabel} asker={question.asker} />
      {fields.map((field) => (
        <QuestionField
          key={field.name}
          field={field}
          asked={question.message}
          value={values[field.name]}
          problem={problems[field.name] ?? null}
          onChange={(value) => {
            setValues({ ...values, [field.name]: value });
            setProblems({});
          }}
        />
      ))}
      <div className="flex flex-wrap gap-1.5">
        <MainButton type="submit" rank="asks" shortcut="Enter" aria-disabled={!armed || sent}>
          Answer
        </MainButton>
        <Button
          aria-disabled={!armed || sent}
          onClick={() => void answer(null)}
          aria-label={`Decline: ${visibleText(question.message)}`}
        >
          Decline
        </Button>
      </div>
      {failed ? (
        <p role="alert" className="text-small text-removed">
          {failed}
        </p>
      ) : null}
    </form>
  );
}
