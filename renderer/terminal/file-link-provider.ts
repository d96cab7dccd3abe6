import type { IBuffer, IBufferCellPosition, ILink, ILinkProvider, Terminal } from "@xterm/xterm";
import { namedPlaces, type NamedPlace } from "../../shared/named-places.ts";

type FileLinksDeps = {
  terminal: Terminal;
  /** The working copy's folder. */
  root: string;
  /** The path in the working copy of a file that a program in `cwd` names; null where there is none. */
  find: (path: string, cwd: string | null) => Promise<string | null>;
  /** Where what printed a line of the buffer ran; null where it isn't known. */
  cwdAt: (line: number) => string | null;
  /** Whether this click is meant to open something. */
  opens: (event: MouseEvent) => boolean;
  onOpen: (path: string, line: number) => void;
  onHover: (place: string | null) => void;
};

const mostAsked = 6;
const longestLine = 4_000;

/** The files of a working copy that lines of a terminal name, as links; asked for as the pointer comes to a line. */
export function fileLinkProvider(deps: FileLinksDeps): ILinkProvider {
  return {
    provideLinks(row, give) {
      void linksIn(deps, row - 1).then((links) => give(links.length === 0 ? undefined : links));
    },
  };
}

async function linksIn(deps: FileLinksDeps, row: number): Promise<ILink[]> {
  const line = wholeLine(deps.terminal.buffer.active, row);
  const places = namedPlaces(line.text, deps.root).slice(0, mostAsked);
  const cwd = deps.cwdAt(row);
  const links = await Promise.all(
    places.map((place) => {
      const isAbsolute = line.text.slice(place.start, place.end).includes(`${deps.root}/`);
      return linkOf(deps, place, { cells: line.cells, cwd: isAbsolute ? deps.root : cwd });
    }),
  );
  return links.filter((link) => link !== null);
}

/** A row with those that it was wrapped from and into; `cells`: where each character of the text stands. */
type Line = { text: string; cells: IBufferCellPosition[] };

function wholeLine(buffer: IBuffer, row: number): Line {
  let at = row;
  while (at > 0 && buffer.getLine(at)?.isWrapped) at -= 1;
  const line: Line = { text: "", cells: [] };
  do addRow(line, buffer, at++);
  while (buffer.getLine(at)?.isWrapped && line.text.length < longestLine);
  return line;
}

function addRow(line: Line, buffer: IBuffer, at: number): void {
  const row = buffer.getLine(at);
  for (let x = 0; row && x < row.length; x += 1) {
    const cell = row.getCell(x);
    // The second half of a wide character.
    if (!cell || cell.getWidth() === 0) continue;
    const chars = cell.getChars() || " ";
    line.text += chars;
    for (let unit = 0; unit < chars.length; unit += 1) line.cells.push({ x: x + 1, y: at + 1 });
  }
}

type Place = { cells: Line["cells"]; cwd: string | null };

async function linkOf(deps: FileLinksDeps, named: NamedPlace, { cells, cwd }: Place): Promise<ILink | null> {
  const path = await deps.find(named.path, cwd);
  const [start, end] = [cells[named.start], cells[named.end - 1]];
  if (path === null || !start || !end) return null;
  return {
    range: { start, end },
    text: `${path}:${named.line}`,
    activate: (event) => deps.opens(event) && deps.onOpen(path, named.line),
    hover: () => deps.onHover(`${path}:${named.line}`),
    leave: () => deps.onHover(null),
  };
}
