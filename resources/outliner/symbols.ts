import type { Node, Tree } from "web-tree-sitter";
import type { CodeSymbol } from "../../shared/outline-messages.ts";

/** What is a symbol, by the name that the grammars have for it: those of all languages, as none means two things. */
const kinds: Readonly<Record<string, string>> = {
  function_declaration: "function",
  generator_function_declaration: "function",
  function_definition: "function",
  function_item: "function",
  function_statement: "function",
  method_definition: "method",
  method_declaration: "method",
  constructor_declaration: "constructor",
  class_method_definition: "method",
  method: "method",
  singleton_method: "method",
  property_declaration: "property",
  class_declaration: "class",
  abstract_class_declaration: "class",
  class_definition: "class",
  class_specifier: "class",
  class_statement: "class",
  class: "class",
  record_declaration: "record",
  struct_item: "struct",
  struct_specifier: "struct",
  struct_declaration: "struct",
  interface_declaration: "interface",
  trait_item: "trait",
  trait_declaration: "trait",
  impl_item: "impl",
  enum_declaration: "enum",
  enum_item: "enum",
  enum_specifier: "enum",
  type_alias_declaration: "type",
  type_item: "type",
  type_spec: "type",
  macro_definition: "macro",
  module: "module",
  internal_module: "module",
  mod_item: "module",
  namespace_declaration: "namespace",
  namespace_definition: "namespace",
  variable_declarator: "const",
};

/** In these nothing is looked for: what stands in a function is its own. */
const closed = new Set(["function", "method", "constructor", "property", "const", "macro", "type"]);
/** A variable is one only here, where others can see it. */
const outermost = new Set(["program", "export_statement"]);

const maxSymbols = 2_000;
const maxNodes = 500_000;
const maxName = 120;

/** The symbols of a file, in its order. Never deeper than the file goes: it walks without recursion. */
export function symbolsOf(tree: Tree): { symbols: CodeSymbol[]; isCut: boolean } {
  const symbols: CodeSymbol[] = [];
  const open: { node: Node; depth: number }[] = [{ node: tree.rootNode, depth: 0 }];
  for (let seen = 0; open.length > 0; seen += 1) {
    if (seen >= maxNodes || symbols.length >= maxSymbols) return { symbols, isCut: true };
    const next = open.pop();
    if (!next) break;
    const { node, depth } = next;
    const kind = kindOf(node);
    const name = kind === null ? null : nameOf(node);
    if (kind !== null && name !== null) {
      symbols.push({ kind, name, from: node.startPosition.row + 1, to: node.endPosition.row + 1, depth });
      if (closed.has(kind)) continue;
    }
    const inner = name === null ? depth : depth + 1;
    // One by one: a generated file may have more of them than a call takes arguments.
    for (const child of node.namedChildren.toReversed()) if (child !== null) open.push({ node: child, depth: inner });
  }
  return { symbols, isCut: false };
}

function kindOf(node: Node): string | null {
  const kind = kinds[node.type] ?? null;
  if (node.type !== "variable_declarator") return kind;
  const around = node.parent?.parent;
  return around && outermost.has(around.type) ? kind : null;
}

/** null where it has none, as a class that is only a value, or a struct that is only named. */
function nameOf(node: Node): string | null {
  if (node.type.endsWith("_specifier") && !node.childForFieldName("body")) return null;
  if (node.type === "impl_item") {
    const [trait, type] = [textOf(node.childForFieldName("trait")), textOf(node.childForFieldName("type"))];
    return type === null ? null : trait === null ? type : `${trait} for ${type}`;
  }
  const named = node.childForFieldName("name") ?? declared(node) ?? firstNamed(node);
  return textOf(named);
}

/** In C the name is in the middle of a declarator. */
function declared(node: Node): Node | null {
  let inner = node.childForFieldName("declarator");
  for (let next = inner; next; next = next.childForFieldName("declarator")) inner = next;
  return inner;
}

/** PowerShell's grammar names no fields. */
function firstNamed(node: Node): Node | null {
  return node.namedChildren.find((child) => child !== null && /^(function_name|simple_name)$/.test(child.type)) ?? null;
}

function textOf(node: Node | null): string | null {
  const text = node?.text.replaceAll(/\s+/g, " ").trim() ?? "";
  return text === "" ? null : text.slice(0, maxName);
}
