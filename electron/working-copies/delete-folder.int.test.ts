import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { deleteAside, moveAside, obstacleIn } from "./delete-folder.ts";

it.skipIf(process.platform === "darwin" || process.platform === "win32")(
  "deletes a folder whose names aren't UTF-8",
  async () => {
    const folder = path.join(tempFolder("delete"), "copy");
    const inner = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x63, 0xff, 0x64])]);
    mkdirSync(Buffer.concat([inner, Buffer.from("/deep")]), { recursive: true });
    writeFileSync(Buffer.concat([inner, Buffer.from("/deep/file")]), "x");
    expect(await obstacleIn(folder)).toBeNull();
    const aside = await moveAside(folder);
    await deleteAside(aside);
    expect([existsSync(folder), existsSync(aside)]).toEqual([false, false]);
  },
);
