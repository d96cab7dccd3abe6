import { chromium, type Browser, type Page } from "playwright-core";
import { chromiumPath, quietSwitches } from "../kit/chromium.ts";

export const desktopSize = { width: 1280, height: 800 };
export const phoneSize = { width: 390, height: 844 };

export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [...quietSwitches, ...more],
  });
}

/** A page of its own with what it complained about: script errors and refusals by the content policy. */
export async function openPage(browser: Browser, url: string, size = desktopSize): Promise<{ page: Page; complaints: string[] }> {
  const phone = size.width < 600;
  const context = await browser.newContext({ viewport: size, hasTouch: phone, isMobile: phone, locale: "en-GB" });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (/content security policy|minified react error/i.test(message.text())) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}
