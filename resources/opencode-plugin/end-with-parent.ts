/**
 * Ends this process when whoever started it is gone, which shows as the end of its input: `opencode serve` reads none,
 * and would live on. Where something else is spoken over the input, that sees to it.
 */
export function endWithParent(args: readonly string[]): void {
  if (!args.includes("serve")) return;
  process.stdin.on("end", () => process.exit(0));
  process.stdin.resume();
}
