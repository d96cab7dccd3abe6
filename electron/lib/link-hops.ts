import { readlinkSync, realpathSync, statSync } from "node:fs";
import path from "node:path";

const maxHops = 40;

/** Returns the file, and where it is a link what it leads to, one link after the other; the last may not be there. */
export function linkHops(file: string): string[] {
  const hops = [file];
  for (let target = targetOf(file); target !== null && hops.length <= maxHops; target = targetOf(target)) hops.push(target);
  return hops;
}

/**
 * Returns where a file of the person's is to be written: itself, or where its link leads. Throws where that isn't a
 * file of theirs, in a folder of theirs: whoever put such a link there, nothing of someone else's is written over.
 */
export function ownTarget(file: string): string {
  const hops = linkHops(file);
  const target = hops.at(-1) ?? file;
  if (hops.length === 1) return file;
  if (hops.length > maxHops) throw new Error(`${file} is a link that leads in a circle`);
  const folder = statSync(path.dirname(target), { throwIfNoEntry: false });
  if (!folder) throw new Error(`${file} leads to ${target}, whose folder isn't there`);
  const there = statSync(target, { throwIfNoEntry: false });
  if (there && !there.isFile()) throw new Error(`${file} leads to ${target}, which isn't a file`);
  const me = process.getuid?.();
  if (me !== undefined && [folder, there].some((stat) => stat && stat.uid !== me))
    throw new Error(`${file} leads to ${target}, which belongs to someone else`);
  return target;
}

/** A link's target counts from where the link really lies. */
function targetOf(file: string): string | null {
  try {
    return path.resolve(realpathSync(path.dirname(file)), readlinkSync(file));
  } catch {
    return null; // No link, or nothing there.
  }
}
