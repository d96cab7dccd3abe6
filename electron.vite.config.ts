import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";
import { resolve } from "node:path";

const root = import.meta.dirname;

/** Each becomes out/main/<name>.js with the packages it uses: finding hundreds of files in node_modules takes half a start. */
const programs = {
  main: "electron/main.ts",
  child: "electron/host/child.ts",
  cli: "electron/host/cli.ts",
  "practice-agent": "resources/practice-agent/main.ts",
  "opencode-plugin": "resources/opencode-plugin/main.ts",
  "sandbox-host": "resources/sandbox-host/main.ts",
  "page-reader": "resources/page-reader/main.ts",
  outliner: "resources/outliner/main.ts",
  "model-host": "resources/model-host/main.ts",
};

const entries = Object.fromEntries(Object.entries(programs).map(([name, file]) => [name, resolve(root, file)]));

export default defineConfig({
  main: {
    build: {
      outDir: resolve(root, "out/main"),
      target: "node22",
      externalizeDeps: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: entries,
        // Native, with programs of their own, or given by the shell: these are loaded from where they are installed.
        external: [
          ...["electron", "better-sqlite3", "@lydell/node-pty", "bufferutil", "utf-8-validate"],
          ...["@anthropic-ai/sandbox-runtime", "@vscode/ripgrep", "web-tree-sitter"],
        ],
        output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  },
  preload: {
    build: {
      outDir: resolve(root, "out/preload"),
      // A sandboxed preload is CommonJS and one file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: resolve(root, "electron/preload.ts") },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: resolve(root, "renderer"),
    plugins: [react(), tailwindcss()],
    worker: { format: "es" },
    build: {
      outDir: resolve(root, "out/renderer"),
      emptyOutDir: true,
      minify: "oxc",
      // The page's policy allows images from data: but no fonts or scripts from there.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: resolve(root, "renderer/index.html") },
    },
  },
});
