/** A path as one line: a name that holds a line end or another control character is shown as JSON, so that it can't pose as two. */
export function shownPath(path: string): string {
  return /[\u0000-\u001f\u007f\u2028\u2029]/.test(path) ? JSON.stringify(path) : path;
}
