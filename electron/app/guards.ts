import { app, session, type WebContents } from "electron";
import { externalUrl, isOurPage } from "./page.ts";

/** What a page of ours may ask the system for; Electron would grant everything. */
const granted: ReadonlySet<string> = new Set(["clipboard-sanitized-write"]);

/** Closes every way out of the page, for every web contents there will ever be. `open` gets addresses vetted for the browser. */
export function guardContents(open: (url: string) => void): void {
  app.on("web-contents-created", (_event, contents) => guard(contents, open));
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, answer) => answer(isOurPage(contents.getURL()) && granted.has(permission)));
  defaultSession.setPermissionCheckHandler((contents, permission) => contents !== null && isOurPage(contents.getURL()) && granted.has(permission));
  defaultSession.setDevicePermissionHandler(() => false);
}

function guard(contents: WebContents, open: (url: string) => void): void {
  contents.setWindowOpenHandler(({ url }) => {
    const outside = externalUrl(url);
    if (outside) open(outside);
    return { action: "deny" };
  });
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (!isOurPage(url)) event.preventDefault();
  };
  contents.on("will-navigate", (event) => stay(event, event.url));
  contents.on("will-frame-navigate", (event) => stay(event, event.url));
  contents.on("will-redirect", (event) => stay(event, event.url));
  contents.on("will-attach-webview", (event) => event.preventDefault());
}
