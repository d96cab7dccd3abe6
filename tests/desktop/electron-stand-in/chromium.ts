import { readFileSync } from "node:fs";
import path from "node:path";
import { chromium, type BrowserContext, type Frame, type Page, type Route } from "playwright-core";
import { chromiumPath, quietSwitches } from "../../kit/chromium.ts";
import { toElectron } from "./addresses.ts";
import { mayNavigatePath } from "./worlds.ts";

/**
 * The Chromium that draws the stand-in's windows, from `launchChromium` until the process ends. Every request of every
 * page passes here, so that navigations are asked about and custom schemes are answered by the shell.
 */
export type Owner = {
  /** Asked before a navigation that the page began. False stops it. */
  mayNavigate(frame: Frame, url: string): boolean;
};

export type Chromium = {
  context: BrowserContext;
  /** Where other programs can join, for the tests' eyes. */
  endpoint: string;
  handlers: Map<string, (request: Request) => Promise<Response> | Response>;
  adopt: (page: Page, owner: Owner) => void;
};

export async function launchChromium(userData: string, switches: string[]): Promise<Chromium> {
  const folder = path.join(userData, "chromium");
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath,
    viewport: null,
    // The shell decides what a signal means; Chromium ends after it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...quietSwitches,
      "--remote-debugging-port=0",
      // Electron's ports tell the page when the other end is gone; in Chromium that waits behind a switch.
      "--enable-blink-features=MessagePortCloseEvent",
      ...switches,
    ],
  });
  const port = readFileSync(path.join(folder, "DevToolsActivePort"), "utf8").split("\n")[0];
  const owners = new Map<Page, Owner>();
  const handlers: Chromium["handlers"] = new Map();
  await context.route(
    () => true,
    (route) => answer(route, owners, handlers).catch(() => null), // The page went meanwhile.
  );
  return {
    context,
    endpoint: `http://127.0.0.1:${port}`,
    handlers,
    adopt(page, owner) {
      owners.set(page, owner);
      page.once("close", () => owners.delete(page));
    },
  };
}

async function answer(route: Route, owners: Map<Page, Owner>, handlers: Chromium["handlers"]): Promise<void> {
  const request = route.request();
  const url = toElectron(request.url());
  if (request.isNavigationRequest()) {
    const frame = frameOf(route);
    const owner = frame && owners.get(frame.page());
    if (!frame || !owner || !owner.mayNavigate(frame, url)) return route.abort("aborted");
  }
  const { pathname, search } = new URL(request.url());
  if (pathname === mayNavigatePath) {
    const frame = frameOf(route);
    const may = frame && owners.get(frame.page())?.mayNavigate(frame, toElectron(decodeURIComponent(search.slice(1))));
    return route.fulfill({ status: may ? 204 : 403 });
  }
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (!handler) return route.continue();
  const given = new Request(request.url(), { method: request.method(), headers: await request.allHeaders() });
  // Node's Request takes no custom scheme for its address, Electron's does.
  Object.defineProperty(given, "url", { value: url });
  const response = await handler(given);
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(request.isNavigationRequest() ? withoutPopups(response.headers) : response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  });
}

/** Chromium tells of a window that a page asks for, and then doesn't open it: what the shell refuses never is. */
function withoutPopups(given: Headers): Headers {
  const headers = new Headers(given);
  const all = ["downloads", "forms", "modals", "orientation-lock", "pointer-lock", "presentation", "same-origin", "scripts"];
  headers.append("content-security-policy", `sandbox ${all.map((what) => `allow-${what}`).join(" ")}`);
  return headers;
}

function frameOf(route: Route): Frame | null {
  try {
    return route.request().frame();
  } catch {
    return null; // The page isn't there yet, or not any more.
  }
}
