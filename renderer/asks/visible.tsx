import { visibleParts } from "../../shared/visible-text.ts";

/** Text with its hidden characters as marks, so that nothing is there that can't be seen. */
export function Visible({ text }: { text: string }): React.JSX.Element {
  return (
    <>
      {visibleParts(text).map((part, index) =>
        part.kind === "text" ? (
          part.text
        ) : (
          <mark key={index} className="rounded-mark bg-changed-soft px-0.5 text-changed" title="A character that would not be seen">
            {part.mark}
          </mark>
        ),
      )}
    </>
  );
}
