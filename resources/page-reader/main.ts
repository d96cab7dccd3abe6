import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import Turndown from "turndown";

// The page reader: a web page on its standard input, and what can be read of it, as Markdown, on its standard output. A
// program of its own, since a page may be made to take time and memory without end.

const address = process.argv[2] ?? "about:blank";
const parts: Buffer[] = [];
for await (const part of process.stdin) parts.push(part as Buffer);
process.stdout.write(JSON.stringify(readPage(Buffer.concat(parts).toString("utf8"), address)));

function readPage(html: string, base: string): { title: string; markdown: string } {
  // A piece of a page has no document of its own.
  const { document } = parseHTML(/<html[\s>]/i.test(html) ? html : `<html><head></head><body>${html}</body></html>`);
  const title = document.title.trim();
  makeLinksAbsolute(document, base);
  const article = new Readability(document.cloneNode(true) as Document, { charThreshold: 200 }).parse();
  const content = article?.content ? parseHTML(`<html><body>${article.content}</body></html>`).document.body : document.body;
  for (const unwanted of content.querySelectorAll("script, style, noscript, template, iframe, svg, form, button"))
    unwanted.remove();
  const turndown = new Turndown({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });
  turndown.remove(["img", "picture", "video", "audio", "canvas"]);
  const markdown = turndown.turndown(content as HTMLElement).replaceAll(/\n{3,}/g, "\n\n");
  return { title: article?.title?.trim() || title, markdown };
}

/** Links as they can be fetched from elsewhere; what runs scripts is none. */
function makeLinksAbsolute(document: Document, base: string): void {
  for (const link of document.querySelectorAll("a[href]")) {
    const target = URL.parse(link.getAttribute("href") ?? "", base);
    if (target && /^https?:$/.test(target.protocol)) link.setAttribute("href", target.href);
    else link.removeAttribute("href");
  }
}
