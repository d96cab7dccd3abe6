/**
 * Judges a path that came from outside (an agent, a patch, a tree, a caller of the API) by its text alone.
 * The rules are those of git's `verify_path` with its HFS and NTFS protections, on every platform: a change made here
 * may be applied on another system.
 */

/** Code points that HFS+ leaves out when it compares names, so `.g\u200cit` is `.git` there. */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i;

/** Why a path relative to a root must not be used, null where it may be. Separators are `/`. */
export function refusedPath(path: string, platform: NodeJS.Platform = process.platform): string | null {
  if (path === "") return "the path is empty";
  if (path.includes("\0")) return "the path holds a NUL";
  if (path.startsWith("/") || path.startsWith("\\") || /^[a-z]:/i.test(path)) return "the path is absolute";
  if (platform === "win32" && /[\\:]/.test(path)) return "the path holds a backslash or a colon";
  // A backslash is part of a name on POSIX; what it would separate elsewhere must be harmless too.
  for (const segment of path.split("/")) {
    if (segment === "") return "the path has an empty part";
    for (const piece of segment.split("\\")) {
      const reason = refusedName(piece, platform);
      if (reason) return reason;
    }
  }
  return null;
}

function refusedName(name: string, platform: NodeJS.Platform): string | null {
  if (/^(\.|%2e){1,2}$/i.test(name)) return "the path leaves its folder or stands still";
  if (isGitFolder(name)) return "the path is inside git's own folder";
  if (/[. ]$/.test(name)) return "a name ends in a dot or a space";
  const stem = platform === "win32" ? (name.split(".")[0] ?? name) : name;
  if (deviceName.test(stem.trimEnd()) || deviceName.test(name.split(":")[0] ?? "")) return "a name is a device";
  if (/:.*:\$/.test(name) || /:\$[a-z_]+$/i.test(name)) return "a name opens a second stream of a file";
  return null;
}

/** Whether a file system could take this name for `.git`: case, 8.3 short names, trailing dots, streams, ignored marks. */
export function isGitFolder(name: string): boolean {
  const plain = (name.split(":")[0] ?? "")
    .normalize("NFC")
    .replace(ignoredByHfs, "")
    .replace(/[. ]+$/, "")
    .toLowerCase();
  return plain === ".git" || /^git~\d+$/.test(plain);
}
