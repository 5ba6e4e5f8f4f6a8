/** Builds `dist/`; `npm run build:client` calls it, once the contract's types are written out without zod. */
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "rolldown";
import { defineConfig } from "tsdown";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const written = join(repository, ".cache/client-types");

/** Takes types of the contract from where they are written out. Values that stand beside schemas are not for apps. */
const plainTypes: Plugin = {
  name: "plain-types",
  resolveId: {
    order: "pre",
    handler(specifier, importer) {
      if (!importer || !specifier.startsWith(".")) return null;
      const path = relative(repository, resolve(dirname(importer), specifier));
      const plain = join(written, path.replace(/\.ts$/, ".d.ts"));
      if (!existsSync(plain)) return null;
      if (importer.endsWith(".d.ts")) return plain;
      return this.error(
        `${importer} imports values from ${path}, which needs zod: only types may be had from there`,
      );
    },
  },
};

export default defineConfig({
  entry: { index: "index.ts", react: "react/index.ts" },
  platform: "neutral",
  target: "es2022",
  sourcemap: true,
  // Not minified: apps' bundlers do that, and leave out more while they still read what has no effect (1.2 KiB of the core).
  dts: { sourcemap: false },
  // Before all others: the plugin that bundles declarations does not ask those that come after it.
  // What is loaded later takes what it shares with the core from there, not from small files between the two.
  inputOptions: (options) => ({
    ...options,
    plugins: [plainTypes, options.plugins],
    preserveEntrySignatures: "allow-extension",
  }),
});
