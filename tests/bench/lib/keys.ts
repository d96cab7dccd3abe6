import type { BrowserContext, Page } from "playwright-core";
import { setTimeout } from "node:timers/promises";

const betweenKeysMs = 90;

/** Before the page is opened: from then on each key's time until the frame with it is painted is noted. */
export async function watchKeys(context: BrowserContext): Promise<void> {
  await context.addInitScript(noteKeys);
}

/** Key → paint of so many keys, in ms. */
export async function typeKeys(page: Page, count: number): Promise<number[]> {
  const taken = (): Promise<number[]> => page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes.splice(0));
  await taken();
  for (let key = 0; key < count; key += 1) {
    await page.keyboard.press("x");
    await setTimeout(betweenKeysMs);
  }
  return taken();
}

export function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

/** Runs in the page. */
function noteKeys(): void {
  const times: number[] = [];
  Object.assign(window, { keyTimes: times });
  addEventListener(
    "keydown",
    ({ timeStamp }) => {
      requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => times.push(performance.now() - timeStamp);
        painted.port2.postMessage(0);
      });
    },
    { capture: true },
  );
}
