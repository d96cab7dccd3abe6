type Tree = { children?: unknown[] };

/** A rehype plugin: each block is read from the side that its own text is read from, also within one reply. */
export function blockDirection(): (tree: Tree) => void {
  return ({ children = [] }) => {
    for (const child of children) {
      if (isElement(child) && child.tagName !== "pre") child.properties = { ...child.properties, dir: "auto" };
    }
  };
}

type Element = { type: "element"; tagName: string; properties?: Record<string, unknown> };

function isElement(node: unknown): node is Element {
  return typeof node === "object" && node !== null && "type" in node && node.type === "element" && "tagName" in node;
}
