/**
 * Which paths must never be written, whoever asks. A path is relative to a repository, with `/` between its parts,
 * as git has it. What leads elsewhere on any system is refused on every one, since what is applied here is checked out
 * elsewhere. What merely can't be a file's name on Windows (devices, dots and blanks at the end, a backslash or a colon)
 * is an ordinary name elsewhere, and refused on Windows alone.
 * After git's `verify_path`, `is_ntfs_dotgit` and `is_hfs_dotgit`.
 */
export type PathSystem = "posix" | "windows";

/** Characters that HFS+ and some tools drop from names, so that `.g\u200cit` is `.git` there. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
/** Nothing in it is ignorable or has another form: folding it is letter case alone, which most names are. */
const plainText = /^[\u0000-\u007f]*$/;
const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/;

/** Why the path is refused, in words that complete "<path> is refused: "; null for one that may be written. */
export function hostilePath(path: string, system: PathSystem = "posix"): string | null {
  if (path === "") return "it is empty";
  if (path.includes("\0")) return "it contains NUL";
  if (path.startsWith("/")) return "it is absolute";
  if (/^[a-z]:/i.test(path)) return "it names a drive";
  if (path.includes("\\")) {
    if (system === "windows") return "it contains a backslash";
    // A name may hold a backslash here; one that leads elsewhere where it separates may not.
    const elsewhere = path
      .split(/[\\/]/)
      .map((part) => hostilePart(part, system))
      .find((reason) => reason !== null);
    if (elsewhere) return elsewhere;
  }
  return (
    path
      .split("/")
      .map((part) => hostilePart(part, system))
      .find((reason) => reason !== null) ?? null
  );
}

function hostilePart(part: string, system: PathSystem): string | null {
  if (part === "") return "a part of it is empty";
  if (part === "." || part === "..") return `it contains "${part}"`;
  if (isGitFolder(part)) return "it leads into a git folder";
  if (part.includes(":") && (system === "windows" || /:\$/.test(part))) return "it names an alternate stream";
  if (/^[. ]+$/.test(part)) return "a part of it is dots and blanks";
  if (system === "posix") return null;
  if (/[. ]$/.test(part)) return "a part of it ends in a dot or a space";
  const stem = (part.split(".")[0] ?? "").trimEnd();
  return devices.test((stem.split(":")[0] ?? "").toLowerCase()) ? "it names a device" : null;
}

/** Whether a part of a path is `.git` to any file system: by case, ignorable characters, short name, stream, trailing dots. */
export function isGitFolder(part: string): boolean {
  const name = (foldName(part).split(/[:\\]/)[0] ?? "").replace(/[. ]+$/, "");
  return name === ".git" || /^git~\d+$/.test(name);
}

/**
 * A name as the most forgiving file system compares it: ignorable characters dropped, compatibility-normalised (which
 * includes NFC), case folded. Upper before lower, so that `ſ` and the Kelvin sign fall together with s and k.
 */
export function foldName(name: string): string {
  if (plainText.test(name)) return name.toLowerCase();
  return name.replace(ignorable, "").normalize("NFKC").toUpperCase().toLowerCase().normalize("NFC");
}
