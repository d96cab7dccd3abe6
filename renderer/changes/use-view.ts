import { create } from "zustand";

/**
 * How changes are shown, the same in every session and after a reload. One column or two is a setting of the person's.
 * `wrap` null: where there is little room.
 */
export type ChangesView = { files: "tree" | "list"; wrap: boolean | null };

const viewKey = "hearth.changes-view";
const standard: ChangesView = { files: "tree", wrap: null };

export const useView = create<ChangesView>(() => ({ ...standard, ...stored() }));

export function setView(part: Partial<ChangesView>): void {
  useView.setState(part);
  localStorage.setItem(viewKey, JSON.stringify(useView.getState()));
}

function stored(): Partial<ChangesView> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(viewKey) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return {
      ...("files" in value && (value.files === "tree" || value.files === "list") ? { files: value.files } : {}),
      ...("wrap" in value && typeof value.wrap === "boolean" ? { wrap: value.wrap } : {}),
    };
  } catch {
    return {}; // Not what we wrote: the standard view is as good.
  }
}
