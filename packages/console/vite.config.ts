/// <reference types="node" />
import process from "node:process";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/**
 * The repository. Whoever builds the page in a place whose name Vite cannot bear (it cuts paths at `#` and `?`) names a link
 * to it.
 */
const link = process.env.ESTEIRA_CHECKOUT;
const repository = link ?? fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
/** Where `npm run console` of the repository serves the page and says which project it belongs to. */
const served = `http://127.0.0.1:${process.env.ESTEIRA_CONSOLE_PORT || 54360}`;

export default defineConfig({
  base: "./",
  esbuild: { jsx: "automatic" },
  resolve: {
    preserveSymlinks: link !== undefined,
    alias: [
      { find: /^@esteira\/preferences$/, replacement: `${repository}/packages/preferences/preferences.ts` },
      { find: /^@esteira\/client$/, replacement: `${repository}/packages/client/index.ts` },
      { find: /^@esteira\/client\/react$/, replacement: `${repository}/packages/client/react/index.ts` },
    ],
  },
  build: {
    target: "es2023",
    chunkSizeWarningLimit: 800,
    reportCompressedSize: false,
    manifest: true,
    modulePreload: { polyfill: false },
  },
  server: { host: "127.0.0.1", port: 54361, proxy: { "/project.json": served }, fs: { allow: [repository] } },
});
