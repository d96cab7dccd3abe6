import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";
import { resolve } from "node:path";

const root = import.meta.dirname;

export default defineConfig({
  renderer: {
    root: resolve(root, "renderer"),
    plugins: [react(), tailwindcss()],
    worker: { format: "es" },
    build: {
      outDir: resolve(root, "out/renderer"),
      emptyOutDir: true,
      // The page's policy allows images from data: but no fonts or scripts from there.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: resolve(root, "renderer/index.html") },
    },
  },
});
