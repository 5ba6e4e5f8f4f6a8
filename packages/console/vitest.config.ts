/** Tests of the console's logic and parts, in Node and a DOM. `npm run test:console` */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("."),
  cacheDir: at("../../.cache/vite-console"),
  resolve: {
    alias: [
      { find: /^@esteira\/preferences$/, replacement: at("../preferences/preferences.ts") },
      { find: /^@esteira\/client$/, replacement: at("../client/index.ts") },
      { find: /^@esteira\/client\/react$/, replacement: at("../client/react/index.ts") },
    ],
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    isolate: false,
    restoreMocks: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    unstubGlobals: true,
  },
});
