import { statfsSync } from "node:fs";

/** ext2 to ext4, btrfs, XFS, F2FS, ZFS, bcachefs, tmpfs and overlays of them: nobody writes there but by this system. */
const localFileSystems: ReadonlySet<number> = new Set([
  0xef53, 0x9123683e, 0x58465342, 0xf2f52010, 0x2fc12fc1, 0xca451a4e, 0x01021994, 0x794c7630,
]);

/**
 * Whether a watch of these folders is told of every write in them as it is made: by Linux, on a disk of this machine. What
 * another machine, or a system around this one, writes on a disk that they share is told to nobody here.
 */
export function watchTellsAll(folder: string): boolean {
  if (process.platform !== "linux") return false;
  try {
    return localFileSystems.has(statfsSync(folder).type);
  } catch {
    return false; // Gone, or not to be asked.
  }
}
