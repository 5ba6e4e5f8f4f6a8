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
/** Where `npm run dev` of the repository serves the app and says which project it belongs to. */
const served = `http://127.0.0.1:${process.env.ESTEIRA_APP_PORT || 54350}`;

export default defineConfig({
  base: "./",
  // JSX without a plugin: fewer packages to install before `npm start` shows something.
  esbuild: { jsx: "automatic" },
  resolve: {
    preserveSymlinks: link !== undefined,
    // In the workspace the client is its sources; an app of your own takes what its package holds.
    alias: [
      { find: /^@esteira\/preferences$/, replacement: `${repository}/packages/preferences/preferences.ts` },
      { find: /^@esteira\/client$/, replacement: `${repository}/packages/client/index.ts` },
      { find: /^@esteira\/client\/react$/, replacement: `${repository}/packages/client/react/index.ts` },
      {
        find: /^@esteira\/client\/react\/styles\.css$/,
        replacement: `${repository}/packages/client/react/styles/esteira.css`,
      },
    ],
  },
  build: { target: "es2023", chunkSizeWarningLimit: 800, reportCompressedSize: false },
  server: { host: "127.0.0.1", port: 54341, proxy: { "/project.json": served }, fs: { allow: [repository] } },
});
