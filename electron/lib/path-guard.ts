import { hostilePath } from "../../shared/hostile-path.ts";

const system = process.platform === "win32" ? "windows" : "posix";

/**
 * Why a path that came from outside (an agent, a tree, a caller of the API) must not be used below a root here; null
 * where it may be. Dots that are spelled as in a URL are refused too: some tool on the way may read them as dots.
 */
export function refusedPath(path: string, of: "windows" | "posix" = system): string | null {
  if (/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path)) return "it leaves its folder or stands still";
  return hostilePath(path, of);
}
