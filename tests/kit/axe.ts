import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe finds wrong on the page as it is now, best practices included: the rule, and what it is about. Left out: the
 * guards of popups, which pass the focus on by themselves, and that a menu, drawn at the page's end, is in no landmark.
 */
export async function axeFinds(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () => {
    const loaded = (window as unknown as { axe: { run(context: object, options: object): Promise<{ violations: Violation[] }> } })
      .axe;
    return loaded.run({ exclude: ["[data-base-ui-focus-guard]"] }, { resultTypes: ["violations"] });
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.flatMap(({ html, any, all, none }) => {
      if (id === "region" && html.includes('role="menu"')) return [];
      const why = [...any, ...all, ...none].map(({ message }) => message).join("; ");
      return [`${id}: ${html.slice(0, 200)} (${why.slice(0, 240)})`];
    }),
  );
}

type Check = { message: string };
type Violation = { id: string; nodes: { html: string; any: Check[]; all: Check[]; none: Check[] }[] };
