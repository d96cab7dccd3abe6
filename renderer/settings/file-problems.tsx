import { TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { visibleText } from "../../shared/visible-text.ts";
import { rpc } from "../rpc.ts";
import { useSettings } from "../stores/app.ts";

type View = Awaited<ReturnType<typeof rpc.settings.get>>;

/** What in the person's `settings.json` isn't understood, line by line; nothing where all of it is. */
export function FileProblems(): React.JSX.Element | null {
  const settings = useSettings();
  const [view, setView] = useState<View | null>(null);
  useEffect(() => {
    let gone = false;
    rpc.settings.get().then(
      (answer) => gone || setView(answer),
      () => undefined, // Without a connection, which the frame shows, there is nothing to say about the file.
    );
    return () => {
      gone = true;
    };
  }, [settings]);
  if (!view || view.problems.length === 0) return null;
  return (
    <div role="status" className="selectable mb-3 flex gap-2 rounded-control bg-changed-soft px-3 py-2">
      <TriangleAlert className="mt-0.5 size-3.5 shrink-0 text-changed" aria-hidden />
      <div className="min-w-0">
        <p className="break-all">
          <code>{view.path}</code>
        </p>
        <ul>
          {view.problems.map((problem) => (
            <li key={`${problem.line} ${problem.field} ${problem.message}`} className="break-words">
              {problem.line === null ? null : <span className="tabular-nums">Line {problem.line}: </span>}
              {problem.field ? <code>{visibleText(problem.field)}</code> : null} {visibleText(problem.message)}
            </li>
          ))}
        </ul>
        <p className="text-muted">The rest of the file counts. What is wrong keeps its usual value.</p>
      </div>
    </div>
  );
}
