import { createContext, useContext } from "react";
import type { PictureFile } from "../../shared/contract/files.ts";

/** Where images of a text lie that are named by their path. `root`: the working copy's folder, absolute. */
export type LocalPictures = { root: string; read: (path: string) => Promise<PictureFile> };

const Context = createContext<LocalPictures | null>(null);
export const LocalPicturesProvider = Context.Provider;

/** How the image at an address of a text is read; null where it is none of the working copy. */
export function useLocalPicture(address: string): { path: string; read: LocalPictures["read"] } | null {
  const pictures = useContext(Context);
  const path = pictures && pathInside(pictures.root, address);
  return pictures && path !== null ? { path, read: pictures.read } : null;
}

/** The path below the root that an address names; null for one that leads elsewhere. Pure. */
export function pathInside(root: string, address: string): string | null {
  if (address.startsWith("//") || /^(?!file:)[a-z][a-z\d+.-]*:/i.test(address)) return null;
  const path = decodedPath(address.replace(/[?#].*$/, ""));
  if (!path.startsWith("/")) return path.replace(/^(?:\.\/)+/, "") || null;
  const base = `${root.replace(/\/+$/, "")}/`;
  return path.startsWith(base) ? path.slice(base.length) || null : null;
}

/** The path that a link's address stands for. */
export function decodedPath(address: string): string {
  const path = address.replace(/^file:\/\//i, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // A "%" that is one.
  }
}
