/** Tests of hooks and components, on the newest React and on the oldest that is promised. `npm run test:react` */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = fileURLToPath(new URL(".", import.meta.url));
const react18 = fileURLToPath(new URL("../../react-18/node_modules/", import.meta.url));

const common = {
  environment: "jsdom" as const,
  include: ["**/*.test.{ts,tsx}"],
  setupFiles: ["testing/setup.ts"],
  // One jsdom a worker: making one takes longer than most files do. `setup.ts` leaves nothing behind.
  isolate: false,
  restoreMocks: true,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  unstubGlobals: true,
};

export default defineConfig({
  root: here,
  cacheDir: fileURLToPath(new URL("../../../.cache/vite-react", import.meta.url)),
  test: {
    projects: [
      { extends: true, test: { ...common, name: "react 19", env: { REACT: "19.3.1" } } },
      {
        extends: true,
        test: {
          ...common,
          name: "react 18.2",
          env: { REACT: "18.2.0" },
          // What imports React has to be bundled here, or Node would find it the newest one.
          server: { deps: { inline: [/@testing-library\/react/] } },
        },
        resolve: {
          alias: [
            {
              find: /^@testing-library\/react$/,
              replacement: fileURLToPath(import.meta.resolve("@testing-library/react"))
                .replace(/index\.js$/, "@testing-library/react.esm.js"),
            },
            { find: /^react$/, replacement: `${react18}react/index.js` },
            { find: /^react\/(jsx-(dev-)?runtime)$/, replacement: `${react18}react/$1.js` },
            { find: /^react-dom$/, replacement: `${react18}react-dom/index.js` },
            { find: /^react-dom\/(client|server|test-utils)$/, replacement: `${react18}react-dom/$1.js` },
          ],
        },
      },
    ],
  },
});
