import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { decodePath } from "../../shared/path-text.ts";

/** Every file and link below a folder (without git's own) as `mode:content in hex`, by its path. For byte-exact comparisons. */
export function readFolder(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  function visit(folder: Buffer, prefix: string): void {
    for (const name of readdirSync(folder, { encoding: "buffer" })) {
      const path = prefix + decodePath(name);
      if (path === ".git") continue;
      const place = Buffer.concat([folder, Buffer.from("/"), name]);
      const stat = lstatSync(place);
      if (stat.isDirectory()) visit(place, `${path}/`);
      else if (stat.isSymbolicLink()) found[path] = `link:${readlinkSync(place, { encoding: "buffer" }).toString("hex")}`;
      else found[path] = `${stat.mode & 0o100 ? "755" : "644"}:${readFileSync(place).toString("hex")}`;
    }
  }
  visit(Buffer.from(root), "");
  return found;
}
