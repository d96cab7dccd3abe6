/** What models call a field, by the field's own name; as `foldKey` makes them. The first that a call has counts. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  path: [
    ...["filepath", "filename", "file", "targetfile", "targetpath", "relativepath", "absolutepath", "abspath", "name", "uri"],
    ...["directory", "dir", "dirpath", "directorypath", "folder", "folderpath", "root", "searchpath", "paths", "notebookpath"],
  ],
  from: ["frompath", "source", "src", "sourcepath", "oldpath", "oldname", "path", "filepath"],
  to: ["topath", "destination", "dest", "destinationpath", "dst", "newpath", "newname", "target", "targetpath"],
  old_text: ["oldstring", "oldstr", "old", "oldcode", "oldcontent", "search", "find", "original", "before", "target"],
  new_text: ["newstring", "newstr", "new", "newcode", "newcontent", "replace", "replacement", "replacewith", "updated", "after"],
  all: ["replaceall", "every", "global", "multiple"],
  content: ["contents", "text", "filetext", "filecontent", "filecontents", "code", "body", "data", "newcontent", "value"],
  pattern: ["regex", "regexp", "query", "search", "searchterm", "searchpattern", "glob", "globpattern", "text", "q"],
  glob: ["include", "filepattern", "includepattern", "files", "fileglob"],
  query: ["q", "search", "searchquery", "pattern", "question", "text", "prompt"],
  command: ["cmd", "script", "shell", "shellcommand", "commandline", "bash", "code", "run"],
  cwd: ["workdir", "workingdirectory", "workingdir", "directory", "dir", "path"],
  timeout: ["timeoutseconds", "timeoutsecs", "timeouts", "maxseconds"],
  background: ["isbackground", "runinbackground", "detached", "async"],
  patch: ["diff", "patchtext", "patchcontent", "unifieddiff", "changes", "input", "content", "text"],
  start: ["startline", "linestart", "fromline", "from", "offset", "startat", "first", "begin"],
  end: ["endline", "lineend", "toline", "to", "endat", "last"],
  limit: ["maxresults", "maxlines", "maxcount", "headlimit", "count", "max", "n"],
  context: ["contextlines", "surrounding", "around"],
  url: ["uri", "link", "href", "address", "website", "page"],
  question: ["message", "prompt", "text", "ask", "query"],
  options: ["choices", "answers", "suggestions", "followup"],
  items: ["todos", "tasks", "entries", "plan", "list", "steps", "todolist"],
  id: ["outputid", "jobid", "job", "output", "handle", "name"],
  tab: ["tabnumber", "number", "tabid", "id", "name", "terminal", "terminalid", "chat"],
  tool: ["name", "toolname", "method", "operation"],
  task: ["prompt", "description", "instructions", "message", "query"],
  overwrite: ["force", "replace"],
};

/** A key as it is compared: letters and digits in lower case, so that `filePath`, `file_path` and `File-Path` are one. */
export function foldKey(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** The key that a model used for a field; null where it used none. `taken`: keys that stand for themselves. */
export function keyFor(field: string, keys: readonly string[], taken: ReadonlySet<string>): string | null {
  const free = keys.filter((key) => !taken.has(key));
  for (const name of [foldKey(field), ...(aliases[field] ?? [])]) {
    const found = free.find((key) => foldKey(key) === name);
    if (found !== undefined) return found;
  }
  return null;
}
