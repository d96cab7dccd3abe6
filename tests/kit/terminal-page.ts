import type { BrowserContext, Page } from "playwright-core";
import { until } from "../../electron/testing/until.ts";
import { openOffice, type Office } from "./desk-page.ts";

/** Without WebGL the terminal draws with elements, whose text a test can read. */
export async function withoutWebgl(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const getContext = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, "getContext")
      ?.value as typeof HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind.startsWith("webgl") ? null : Reflect.apply(getContext, this, [kind, ...rest]);
    } as typeof getContext;
  });
}

export const bashPrompt = "ready>";

/** An office whose terminals run bash, with nothing of its own but that prompt. */
export function openBashOffice(files: Record<string, string> = {}): Promise<Office> {
  const profile = `PS1='${bashPrompt} '\nunset PROMPT_COMMAND HISTFILE\n`;
  return openOffice({ env: { SHELL: "/bin/bash" }, files: { ".bash_profile": profile, ...files } });
}

export type AtTerminal = Awaited<ReturnType<typeof openTerminal>>;

/** Opens the session's terminal as a person does, and waits for the shell's prompt. */
export async function openTerminal(page: Page, prompt: string) {
  await page.keyboard.press("Control+Backquote");
  const tab = page.locator("[data-terminal]");
  await tab.waitFor();

  async function screen(): Promise<string> {
    const rows = await tab.locator(".xterm-rows > div").allTextContents();
    return rows.map((row) => row.replaceAll("\u00a0", " ").trimEnd()).join("\n");
  }
  const sees = (text: string | RegExp): Promise<string> =>
    until(async () => {
      const now = await screen();
      if (!(typeof text === "string" ? now.includes(text) : text.test(now))) throw new Error(`The screen is:\n${now.trimEnd()}`);
      return now || " ";
    }, `${text} on the terminal's screen`);
  const focus = (): Promise<void> => tab.locator("textarea.xterm-helper-textarea").focus();

  await sees(prompt);
  await focus();
  return {
    tab,
    screen,
    sees,
    focus,
    /** Types a line and presses Enter. */
    async line(text: string): Promise<void> {
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    },
    /** The middle of a text on the screen, in the page's coordinates. */
    async spot(text: string): Promise<{ x: number; y: number }> {
      await sees(text);
      return tab.locator(".xterm-rows").evaluate((rows, wanted) => {
        for (const row of [...rows.children].toReversed()) {
          const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.textContent?.lastIndexOf(wanted) ?? -1;
            if (at === -1) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + wanted.length);
            const box = range.getBoundingClientRect();
            return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
          }
        }
        throw new Error(`"${wanted}" isn't in one piece on the screen`);
      }, text);
    },
  };
}
