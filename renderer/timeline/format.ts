/** Durations, times and sums as the timeline writes them. */

/** 420 → "0.4 s", 6_000 → "6 s", 38_000 → "38 s", 192_000 → "3 min 12 s". Negative clock differences count as none. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, "")} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Milliseconds between two ISO times. */
export function msBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}

/** "10:41" today, "Nov 3, 10:41" this year, with the year before. */
export function clockText(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  const time = at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (at.toDateString() === now.toDateString()) return time;
  const day = at.toLocaleDateString(undefined, {
    month: "short",
    day: "numeric",
    ...(at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
  });
  return `${day}, ${time}`;
}

/** 7.25 → "7.3 tokens/s", 38.4 → "38 tokens/s". */
export function speedText(tokensPerSecond: number): string {
  return `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond)} tokens/s`;
}

/** US dollars: what is less than ten cents is told to the hundredth of one. */
export function costText(dollars: number): string {
  return `$${dollars.toFixed(dollars < 0.1 ? 4 : 2)}`;
}

/** Splits a long path so that its middle can give way: the end is kept whole. */
export function splitForMiddle(text: string, keep = 24): [head: string, tail: string] {
  if (text.length <= keep) return ["", text];
  const slash = text.lastIndexOf("/");
  const at = slash > 0 && text.length - slash <= keep ? slash : text.length - keep;
  return [text.slice(0, at), text.slice(at)];
}
