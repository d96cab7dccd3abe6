// Loaded with `node --import` before the built shell: `electron` becomes the stand-in. In a utility process it puts up
// `process.parentPort` instead; nothing can import `electron` there, as in Hearth's core nothing may.
import { registerHooks } from "node:module";

if (process.env["HEARTH_STAND_IN_UTILITY"]) {
  await import("./parent-port.ts");
} else {
  const standIn = new URL("electron.ts", import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "electron" ? { url: standIn, shortCircuit: true } : next(specifier, context),
  });
}
