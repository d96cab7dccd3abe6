import type { Page } from "playwright-core";

const named = new Set([
  ...["button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "switch", "slider", "spinbutton"],
  ...["tab", "option", "menuitem", "listbox", "tablist", "dialog", "alertdialog", "separator", "image", "region", "treeitem"],
]);

/** What assistive programs are given without a name, as the browser itself works it out: role and where it stands. */
export async function withoutName(page: Page): Promise<string[]> {
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send("Accessibility.getFullAXTree");
  const found: string[] = [];
  for (const node of nodes) {
    const role = String(node.role?.value ?? "");
    const focusable = node.properties?.some((one) => one.name === "focusable" && one.value.value === true) ?? false;
    if (node.ignored || node.backendDOMNodeId === undefined || String(node.name?.value ?? "").trim() !== "") continue;
    // A line between panes that can't be moved is no control.
    if (role === "separator" ? !focusable : !named.has(role)) continue;
    const { node: element } = await cdp.send("DOM.describeNode", { backendNodeId: node.backendDOMNodeId });
    found.push(`${role}: <${element.localName} ${(element.attributes ?? []).join(" ").slice(0, 200)}>`);
  }
  await cdp.detach();
  return found;
}

/** Ids that stand on more than one element. */
export const doubleIds = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
  });

export type Walk = {
  /** Controls that Tab went to, in order. */
  reached: string[];
  /** Controls in sight that Tab doesn't go to. */
  missed: string[];
  /** Controls that look the same with the focus as without. */
  unmarked: string[];
};

/** Goes through the page with Tab, from its beginning until it comes round. */
export async function walkByTab(page: Page): Promise<Walk> {
  await page.evaluate(() => {
    const style = document.createElement("style");
    style.textContent = "*, *::before, *::after { transition: none !important; animation: none !important }";
    document.head.append(style);
    const marks = ["outline", "boxShadow", "borderColor", "backgroundColor", "textDecorationLine", "opacity"] as const;
    const lookOf = (element: Element): string => {
      const looks = [getComputedStyle(element, "::before").backgroundColor];
      for (let at: Element | null = element, up = 0; at && up < 4; at = at.parentElement, up += 1) {
        const computed = getComputedStyle(at);
        looks.push(marks.map((mark) => (mark === "outline" && computed.outlineStyle === "none" ? "" : computed[mark])).join(" "));
      }
      return looks.join("\n");
    };
    const nameOf = (element: HTMLElement): string => {
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
      const name = element.getAttribute("aria-label") ?? label ?? element.textContent ?? "";
      return `${element.getAttribute("role") ?? element.localName} ${name.trim().slice(0, 80)}`;
    };
    const isShown = (element: HTMLElement): boolean => {
      const box = element.getBoundingClientRect();
      return (
        box.width > 1 &&
        box.height > 1 &&
        element.checkVisibility({ visibilityProperty: true }) &&
        !element.closest("[inert], [aria-hidden=true]")
      );
    };
    const seen: { element: HTMLElement; look: string }[] = [];
    Object.assign(window, {
      walk: {
        /** Notes where the focus is; "round" when it has been there. Between the last and the first it is nowhere. */
        step(): "on" | "nowhere" | "round" {
          const now = document.activeElement;
          if (!now || now === document.body) return "nowhere";
          if (seen.some(({ element }) => element === now)) return "round";
          seen.push({ element: now as HTMLElement, look: lookOf(now) });
          return "on";
        },
        result(): Walk {
          const scope = document.querySelector('[role="dialog"]') ?? document.body;
          const all = scope.querySelectorAll<HTMLElement>("button, a[href], input, select, textarea, [tabindex]");
          const missed = [...all].filter(
            (element) =>
              element.tabIndex >= 0 &&
              !element.matches(":disabled, [data-base-ui-focus-guard]") &&
              // The group of a radio button is one stop.
              !(element.matches("input[type=radio]") && !element.matches(":checked")) &&
              isShown(element) &&
              !seen.some((one) => one.element === element),
          );
          (document.activeElement as HTMLElement | null)?.blur();
          return {
            reached: seen.map(({ element }) => nameOf(element)),
            missed: missed.map(nameOf),
            unmarked: seen
              .filter(({ element, look }) => element.isConnected && lookOf(element) === look)
              .map(({ element }) => nameOf(element)),
          };
        },
      },
    });
    (document.activeElement as HTMLElement | null)?.blur();
  });
  type Walker = { walk: { step(): "on" | "nowhere" | "round"; result(): Walk } };
  for (let steps = 0, nowhere = 0; steps < 300 && nowhere < 3; steps += 1) {
    await page.keyboard.press("Tab");
    // A dialog's guards pass the focus on by themselves.
    await page.waitForFunction(() => !document.activeElement?.matches("[data-base-ui-focus-guard]"));
    const where = await page.evaluate(() => (window as unknown as Walker).walk.step());
    if (where === "round") break;
    nowhere = where === "nowhere" ? nowhere + 1 : 0;
  }
  return page.evaluate(() => (window as unknown as Walker).walk.result());
}
