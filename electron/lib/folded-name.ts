/**
 * One form for all names that a disk may take for the same: without letter case, and with letters and their marks
 * composed, as the disks of macOS and Windows see them.
 */
export function foldedName(name: string): string {
  return name.normalize("NFC").toLowerCase().normalize("NFC");
}
