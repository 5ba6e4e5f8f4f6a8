/** Shows the components: `npm run gallery`, or `vite build --config packages/client/react/gallery/vite.config.ts`. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  cacheDir: `${repository}/.cache/vite-gallery`,
  build: { outDir: `${repository}/.cache/gallery`, emptyOutDir: true },
  server: { fs: { allow: [repository] } },
  plugins: [react()],
});
