/// <reference types="node" />
import process from "node:process";
import { defineConfig } from "vite";

/** Where `npm run dev` of the repository serves the app and says which project it belongs to. */
const served = `http://127.0.0.1:${process.env.ESTEIRA_APP_PORT || 54340}`;

export default defineConfig({
  base: "./",
  // JSX without a plugin: fewer packages to install before `npm start` shows something.
  esbuild: { jsx: "automatic" },
  // In the workspace the client is its sources; an app of your own takes what its package holds.
  resolve: {
    conditions: ["source", "module", "browser", "development|production"],
    alias: {
      "@esteira/client/react/styles.css":
        new URL("../client/react/styles/esteira.css", import.meta.url).pathname,
    },
  },
  build: { target: "es2023", chunkSizeWarningLimit: 800, reportCompressedSize: false },
  server: { port: 54341, proxy: { "/project.json": served } },
});
