type Ffi = {
  dlopen: (
    library: string,
    symbols: { getenv: { args: ["cstring"]; returns: "ptr" } },
  ) => { symbols: { getenv(name: number): number | null }; close(): void };
  ptr: (bytes: Uint8Array) => number;
  toArrayBuffer: (pointer: number, offset: number, bytes: number) => ArrayBuffer;
};

/**
 * Writes over a variable where the environment that this process was started with stands in its memory: /proc and `ps`
 * show it for as long as the process lives. `process.env` is Bun's copy and stays as it is: opencode reads its password
 * from there again and again, and without it its server is open to everybody.
 */
export async function hideFromOthers(name: string): Promise<void> {
  const value = process.env[name];
  if (value === undefined || value === "") return;
  if (process.platform === "win32") return; // Nothing shows another process's environment there without its handle.
  try {
    await overwrite(name, Buffer.byteLength(value));
  } catch (error) {
    // Another Bun, or a hardened one: the commands that it runs still get no password in their environment.
    console.error(`Hearth: ${name} couldn't be written over: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function overwrite(name: string, bytes: number): Promise<void> {
  const ffi = "bun:ffi";
  const { dlopen, ptr, toArrayBuffer } = (await import(ffi)) as Ffi;
  const library = process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
  const libc = dlopen(library, { getenv: { args: ["cstring"], returns: "ptr" } });
  const at = libc.symbols.getenv(ptr(Buffer.from(`${name}\0`)));
  if (at) new Uint8Array(toArrayBuffer(at, 0, bytes)).fill(0x2a);
  libc.close();
}
