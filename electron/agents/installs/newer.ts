/** Whether a version is newer than another; what stands after `-` makes it older than the same without. */
export function isNewer(version: string, than: string): boolean {
  const [numbers, before] = partsOf(version);
  const [others, beforeOther] = partsOf(than);
  for (let at = 0; at < 3; at += 1) {
    const difference = (numbers[at] ?? 0) - (others[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  if (before === beforeOther) return false;
  if (before === "" || beforeOther === "") return before === "";
  return before.localeCompare(beforeOther, "en", { numeric: true }) > 0;
}

function partsOf(version: string): [number[], string] {
  const [release = "", ...rest] = (version.split("+")[0] ?? "").split("-");
  return [release.split(".").map((part) => Number.parseInt(part, 10) || 0), rest.join("-")];
}
