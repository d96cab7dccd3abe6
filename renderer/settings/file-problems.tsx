import { TriangleAlert } from "lucide-react";
import { visibleText } from "../../shared/visible-text.ts";
import { useFileProblems } from "../stores/app.ts";

/** What in one of the person's files isn't understood, line by line; nothing where all of it is. */
export function FileProblems({ name, consequence }: { name: string; consequence: string }): React.JSX.Element | null {
  const problems = useFileProblems().filter(({ path }) => path.endsWith(name));
  const [first] = problems;
  if (!first) return null;
  return (
    <div role="status" className="selectable mb-3 flex gap-2 rounded-control bg-changed-soft px-3 py-2">
      <TriangleAlert className="mt-0.5 size-3.5 shrink-0 text-changed" aria-hidden />
      <div className="min-w-0">
        <p className="break-all">
          <code>{first.path}</code>
        </p>
        <ul>
          {problems.map((problem) => (
            <li key={`${problem.line} ${problem.field} ${problem.message}`} className="break-words">
              {problem.line === null ? null : <span className="tabular-nums">Line {problem.line}: </span>}
              {problem.field ? <code>{visibleText(problem.field)}</code> : null} {visibleText(problem.message)}
            </li>
          ))}
        </ul>
        <p className="text-muted">{consequence}</p>
      </div>
    </div>
  );
}
