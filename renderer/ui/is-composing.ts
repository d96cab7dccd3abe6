import type { KeyboardEvent } from "react";

/**
 * Whether the key belongs to an input method. WebKit ends the composition before it tells of the Enter that ended it:
 * then only the old key code 229 says whose it was.
 */
export function isComposing({ nativeEvent }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || nativeEvent.keyCode === 229;
}
