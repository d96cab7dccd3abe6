import type { CSSProperties } from "react";
import { cx } from "./cx.ts";

const known: Record<string, { sign: string; hue: number }> = {
  opencode: { sign: "O", hue: 205 },
  claude: { sign: "C", hue: 35 },
  qwen: { sign: "Q", hue: 295 },
  goose: { sign: "G", hue: 110 },
  codex: { sign: "X", hue: 165 },
  gemini: { sign: "✦", hue: 255 },
  hearth: { sign: "H", hue: 55 },
  practice: { sign: "P", hue: 330 },
};

/** A letter in a 16 px rounded square with the agent's own hue; never the only sign, so its name stands beside it or in `label`. */
export function AgentMark({
  agentId,
  label,
  className,
}: {
  agentId: string;
  label?: string;
  className?: string;
}): React.JSX.Element {
  const { sign, hue } = known[agentId] ?? { sign: (agentId[0] ?? "?").toUpperCase(), hue: hueOf(agentId) };
  const style: CSSProperties = {
    color: `oklch(var(--hearth-mark-lightness) 0.11 ${hue})`,
    backgroundColor: `oklch(var(--hearth-mark-lightness) 0.11 ${hue} / 0.15)`,
  };
  return (
    <span
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      title={label}
      style={style}
      className={cx(
        "inline-flex size-4 shrink-0 items-center justify-center rounded-mark text-[0.625rem] leading-none font-semibold",
        className,
      )}
    >
      {sign}
    </span>
  );
}

/** The same hue for the same name, always. */
function hueOf(name: string): number {
  let hash = 7;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return hash;
}
