import type { Chromium } from "./chromium.ts";
import type { WebContents } from "./web-contents.ts";

type RequestHandler = (
  contents: WebContents,
  permission: string,
  answer: (granted: boolean) => void,
  details: Record<string, unknown>,
) => void;
type CheckHandler = (
  contents: WebContents | null,
  permission: string,
  origin: string,
  details: Record<string, unknown>,
) => boolean;

/** Chromium's name of a permission → Electron's. */
const permissions: Record<string, string> = {
  videoCapture: "media",
  audioCapture: "media",
  geolocation: "geolocation",
  notifications: "notifications",
  midi: "midi",
  clipboardReadWrite: "clipboard-read",
  clipboardSanitizedWrite: "clipboard-sanitized-write",
  idleDetection: "idle-detection",
  localFonts: "local-fonts",
  windowManagement: "window-management",
  displayCapture: "display-capture",
  wakeLockScreen: "screen-wake-lock",
};

let requestHandler: RequestHandler | null = null;
let checkHandler: CheckHandler | null = null;

export const session = {
  defaultSession: {
    setPermissionRequestHandler(handler: RequestHandler | null): void {
      requestHandler = handler;
    },
    setPermissionCheckHandler(handler: CheckHandler | null): void {
      checkHandler = handler;
    },
    setDevicePermissionHandler(): void {},
    on(): void {},
  },
};

/**
 * Chromium asks no one here, so the handlers are asked for every permission as a page arrives, and Chromium is told
 * their answers. Without handlers everything is granted, as Electron does.
 */
export async function applyPermissions(
  chromium: Chromium,
  contents: WebContents,
  origin: string,
  chromiumOrigin: string,
): Promise<void> {
  const page = await contents.page;
  const client = await chromium.context.newCDPSession(page);
  for (const [name, permission] of Object.entries(permissions)) {
    const details = { isMainFrame: true, requestingUrl: `${origin}/`, requestingOrigin: origin };
    let granted = requestHandler === null;
    requestHandler?.(contents, permission, (answer) => (granted = answer), details);
    const passes = granted && (checkHandler?.(contents, permission, `${origin}/`, details) ?? true);
    const descriptor = descriptors[name] ?? { name };
    await client.send("Browser.setPermission", {
      origin: chromiumOrigin,
      permission: descriptor,
      setting: passes ? "granted" : "denied",
    });
  }
  await client.detach();
}

const descriptors: Record<string, { name: string; allowWithoutSanitization?: boolean }> = {
  videoCapture: { name: "camera" },
  audioCapture: { name: "microphone" },
  clipboardReadWrite: { name: "clipboard-read" },
  clipboardSanitizedWrite: { name: "clipboard-write", allowWithoutSanitization: false },
  idleDetection: { name: "idle-detection" },
  localFonts: { name: "local-fonts" },
  windowManagement: { name: "window-management" },
  displayCapture: { name: "display-capture" },
  wakeLockScreen: { name: "screen-wake-lock" },
};
