import { app, session, type WebContents } from "electron";
import { externalUrl, isOurPage } from "./page.ts";

/** What a page of ours may ask the system for; Electron would grant everything. */
const granted: ReadonlySet<string> = new Set(["clipboard-sanitized-write"]);

/** Closes every way out of the page, for every web contents there will ever be. `open` gets addresses vetted for the browser. */
export function guardContents(open: (url: string) => void): void {
  app.on("web-contents-created", (_event, contents) => guard(contents, open));
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, answer, { isMainFrame, requestingUrl }) =>
    answer(isMainFrame && isOurPage(contents.getURL()) && isOurPage(requestingUrl) && granted.has(permission)),
  );
  defaultSession.setPermissionCheckHandler(
    (contents, permission, origin, { isMainFrame }) =>
      contents !== null && isMainFrame && isOurPage(contents.getURL() || origin) && isOurPage(origin) && granted.has(permission),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  // A page of ours offers nothing to download; what tries is not ours.
  defaultSession.on("will-download", (event) => event.preventDefault());
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
