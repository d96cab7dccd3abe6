import { dialog, shell } from "electron";
import type * as Servers from "../host/serve.ts";
import type { CoreRefusal } from "./core-process.ts";

/** What a person can do about a core that doesn't run; the buttons of a dialog, the first being the usual one. */
export type WayOut = "open-browser" | "again" | "quit";
export type RefusalText = { title: string; detail: string; ways: WayOut[] };

const labels: Record<WayOut, string> = { "open-browser": "Open in the browser", again: "Try again", quit: "Quit" };

/** The dialog's words for a refusal. `served` where another Hearth has the data and can be reached by a browser. */
export function describeRefusal(refusal: CoreRefusal, dataDir: string, served: boolean): RefusalText {
  const detail = `${refusal.message}\n\nData folder: ${dataDir}`;
  if (refusal.code !== "DATA_DIR_IN_USE") return { title: "Hearth can't go on", detail, ways: ["again", "quit"] };
  return served
    ? {
        title: "Hearth is already running",
        detail: `${detail}\n\nIt was started with “hearth serve” and can be used in the browser.`,
        ways: ["open-browser", "again", "quit"],
      }
    : { title: "Hearth is already running", detail: `${detail}\n\nEnd the other one first.`, ways: ["again", "quit"] };
}

/** Shows why the core doesn't run; returns what the person chose. Opens the running Hearth itself where that was it. */
export async function askAboutRefusal(refusal: CoreRefusal, dataDir: string): Promise<WayOut> {
  const host = refusal.code === "DATA_DIR_IN_USE" ? (await servers()).findRunningHost(dataDir) : null;
  const { title, detail, ways } = describeRefusal(refusal, dataDir, host !== null);
  const { response } = await dialog.showMessageBox({
    type: "warning",
    title: "Hearth",
    message: title,
    detail,
    buttons: ways.map((way) => labels[way]),
    defaultId: 0,
    cancelId: ways.indexOf("quit"),
    noLink: true,
  });
  const way = ways[response] ?? "quit";
  if (way === "open-browser" && host && !(await openHost(host))) return askAboutRefusal(refusal, dataDir);
  return way;
}

/** Only a refusal needs them, and they bring the whole local server along. */
const servers = (): Promise<typeof Servers> => import("../host/serve.ts");

async function openHost(host: Servers.RunningHost): Promise<boolean> {
  const url = await (await servers()).requestSignInUrl(host);
  if (url === null) return false;
  await shell.openExternal(url);
  return true;
}
