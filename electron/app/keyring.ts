import { safeStorage } from "electron";
import type { VaultQuestion } from "../host/shell-vault.ts";

/**
 * Seals and opens by the system's keyring. null where there is none: what Chromium does without one (`basic_text`) is a
 * password that everybody knows.
 */
export async function askKeyring({ what, text }: VaultQuestion): Promise<string | null> {
  try {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return null;
    if (process.platform === "linux" && safeStorage.getSelectedStorageBackend() === "basic_text") return null;
    if (what === "seal") return (await safeStorage.encryptStringAsync(text)).toString("base64");
    return (await safeStorage.decryptStringAsync(Buffer.from(text, "base64"))).result;
  } catch {
    // The person didn't unlock it, or another one sealed this: either way nothing can be told.
    return null;
  }
}
