import { Component, memo, useMemo, type ReactNode } from "react";
import {
  Block,
  defaultRehypePlugins,
  parseMarkdownIntoBlocks,
  Streamdown,
  useIsCodeFenceIncomplete,
  type BlockProps,
  type Components,
  type ExtraProps,
} from "streamdown";
import { blockDirection } from "./block-direction.ts";
import { CodeBlock } from "./code-block.tsx";
import { FileName } from "./file-name.tsx";
import { fileNames, LiveTextProvider } from "./file-names.ts";
import "./markdown.css";
import { fenceOf } from "./fence.ts";
import { PlainText } from "./plain-text.tsx";
import { proseText } from "./prose-text.ts";
import { SafeImage } from "./safe-image.tsx";
import { SafeLink } from "./safe-link.tsx";
import type { MarkdownChunk } from "./split-markdown.ts";

// Without rehype-raw in the list, HTML in the text stays text. The order of defence: no HTML, then sanitising, then our own elements.
const rehypePlugins = [defaultRehypePlugins.sanitize, blockDirection, fileNames].filter((plugin) => plugin !== undefined);
const remend = { linkMode: "text-only" } as const;

type Node = NonNullable<ExtraProps["node"]>;

function textOf(node: Node | Node["children"][number]): string {
  if (node.type === "text") return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}

/** A heading one level down for those who go by headings: the page has its own first one. */
function heading(level: 1 | 2 | 3 | 4 | 5 | 6) {
  const Heading = plain(`h${level}`);
  return function HeadingElement(props: PlainProps): React.JSX.Element {
    return <Heading {...props} aria-level={Math.min(6, level + 1)} />;
  };
}

type PlainProps = {
  children?: ReactNode;
  node?: unknown;
  className?: unknown;
  start?: number;
  id?: string;
  "aria-level"?: number;
};

/** The element without the library's classes. */
function plain(
  Tag:
    | `h${1 | 2 | 3 | 4 | 5 | 6}`
    | "p"
    | "ul"
    | "ol"
    | "blockquote"
    | "hr"
    | "thead"
    | "tbody"
    | "tr"
    | "strong"
    | "sub"
    | "sup"
    | "section",
) {
  return function PlainElement({ node: _node, className: _className, ...props }: PlainProps): React.JSX.Element {
    return <Tag {...props} />;
  };
}

const components: Components = {
  h1: heading(1),
  h2: heading(2),
  h3: heading(3),
  h4: heading(4),
  h5: heading(5),
  h6: heading(6),
  p: plain("p"),
  ul: plain("ul"),
  ol: plain("ol"),
  blockquote: plain("blockquote"),
  hr: plain("hr"),
  thead: plain("thead"),
  tbody: plain("tbody"),
  tr: plain("tr"),
  strong: plain("strong"),
  sub: plain("sub"),
  sup: plain("sup"),
  section: plain("section"),
  li: ({ node: _node, className, children }) => (
    <li className={className?.includes("task-list-item") ? "task" : undefined}>{children}</li>
  ),
  table: ({ children }) => (
    <div className="table-scroll" tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  ),
  th: ({ children, style }) => <th style={style}>{children}</th>,
  td: ({ children, style }) => <td style={style}>{children}</td>,
  a: ({ node, href, children }) => (
    <SafeLink address={href ?? ""} text={node ? textOf(node) : ""}>
      {children}
    </SafeLink>
  ),
  img: ({ src, alt }) => <SafeImage address={typeof src === "string" ? src : ""} alt={alt ?? ""} />,
  code: ({ node, children }) => (
    <code className="inline-code">
      <FileName name={node ? textOf(node) : ""}>{children}</FileName>
    </code>
  ),
  // Made by `fileNames` alone: HTML of the text stays text.
  span: ({ node, children }) => <FileName name={node ? textOf(node) : ""}>{children}</FileName>,
  pre: ({ node }) => {
    const code = node?.children[0];
    if (code?.type !== "element") return <pre>{node ? textOf(node) : ""}</pre>;
    return <FencedCode code={textOf(code).replace(/\n$/, "")} lang={langOf(code)} />;
  },
};

function FencedCode({ code, lang }: { code: string; lang: string }): React.JSX.Element {
  return <CodeBlock code={code} lang={lang} live={useIsCodeFenceIncomplete()} />;
}

function langOf(code: Node): string {
  const names = code.properties.className;
  const name = Array.isArray(names) ? names.find((one) => String(one).startsWith("language-")) : undefined;
  return name === undefined ? "" : String(name).slice("language-".length);
}

/** One piece of an agent's text. `live`: it may still grow, so unfinished marks at its end are closed for the time being. */
export const Markdown = memo(function Markdown({
  chunk,
  live = false,
}: {
  chunk: MarkdownChunk;
  live?: boolean;
}): React.JSX.Element {
  if (chunk.kind === "code") return <CodeBlock code={chunk.text} lang={chunk.lang} live={live && !chunk.closed} />;
  if (chunk.kind === "plain") return <PlainText text={chunk.text} />;
  return (
    <Unparsable live={live} text={chunk.text}>
      <LiveTextProvider value={live}>
        <Prose text={chunk.text} live={live} />
      </LiveTextProvider>
    </Unparsable>
  );
});

const definition = /^ {0,3}\[[^\]\n]+\]:/m;

/** Drawn one by one while the text grows and afterwards, so that nothing moves as it ends; whole where one block refers to another. */
function blocksOf(source: string): string[] {
  return definition.test(source) ? [source] : parseMarkdownIntoBlocks(source);
}

/** One of them. Code needs no parser, which would read all of it again with each piece that comes. */
function TextBlock(props: BlockProps): React.JSX.Element {
  const { content, isIncomplete } = props;
  const fence = useMemo(() => fenceOf(content), [content]);
  return fence ? <CodeBlock code={fence.code} lang={fence.lang} live={isIncomplete} /> : <Block {...props} />;
}

function Prose({ text, live }: { text: string; live: boolean }): React.JSX.Element {
  const source = proseText(text);
  return (
    <Streamdown
      className="markdown selectable"
      mode="streaming"
      isAnimating={live}
      parseIncompleteMarkdown={live}
      parseMarkdownIntoBlocksFn={blocksOf}
      BlockComponent={TextBlock}
      remend={remend}
      rehypePlugins={rehypePlugins}
      components={components}
      controls={false}
    >
      {source}
    </Streamdown>
  );
}

type UnparsableProps = { text: string; live: boolean; children: ReactNode };

/** A text that breaks the parser (it recurses per level) is shown as it came; one that has grown whole is tried once more. */
class Unparsable extends Component<UnparsableProps, { broken: boolean; live: boolean }> {
  override state = { broken: false, live: this.props.live };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  static getDerivedStateFromProps({ live }: UnparsableProps, before: { broken: boolean; live: boolean }) {
    return { live, broken: before.broken && live === before.live };
  }

  override render(): ReactNode {
    return this.state.broken ? <PlainText text={this.props.text} /> : this.props.children;
  }
}
