import { visibleParts } from "../../shared/visible-text.ts";

/** Text with its hidden characters drawn as marks that stand out. For names, commands, code and titles. */
export function Visible({ text }: { text: string }): React.JSX.Element {
  const parts = visibleParts(text);
  if (parts.every((part) => part.kind === "text")) return <>{text}</>;
  return (
    <>
      {parts.map((part, index) =>
        part.kind === "text" ? (
          part.text
        ) : (
          <span key={index} title="A character that can’t be seen" className="rounded-mark bg-removed-soft px-px text-removed">
            {part.mark}
          </span>
        ),
      )}
    </>
  );
}
