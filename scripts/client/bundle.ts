/** What an app pays for what it imports: bundled and minified as its bundler would, by rolldown, which builds Vite's apps. */
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

export interface Bundled {
  /** Bytes that a browser loads before the first line runs: minified, gzipped, without what is loaded later. */
  readonly gzipped: number;
  /** Packages that they import. */
  readonly packages: readonly string[];
  /** All of their code. */
  readonly code: string;
}

/** Bundles `source`, a module that imports files by absolute paths; packages are left out. */
export async function bundle(source: string): Promise<Bundled> {
  const entry = "\0entry";
  await using build = await rolldown({
    input: entry,
    preserveEntrySignatures: "allow-extension", // as Vite builds apps: nobody imports their entry
    external: (specifier) => specifier !== entry && !/^[./]/.test(specifier),
    plugins: [{
      name: "entry",
      resolveId: (specifier) => specifier === entry ? entry : null,
      load: (id) => id === entry ? source : null,
    }],
  });
  const { output } = await build.generate({ format: "esm", minify: true });
  const chunks = new Map(
    output.flatMap((chunk) => chunk.type === "chunk" ? [[chunk.fileName, chunk] as const] : []),
  );
  const first = [...chunks.values()].find(({ isEntry }) => isEntry);
  const reached = new Set(first ? [first] : []);
  const packages = new Set<string>();
  for (const chunk of reached) {
    for (const name of chunk.imports) {
      const next = chunks.get(name);
      if (next) reached.add(next);
      else packages.add(name);
    }
  }
  const codes = [...reached].map(({ code }) => code);
  return {
    gzipped: codes.reduce((sum, code) => sum + gzipSync(code, { level: 9 }).length, 0),
    packages: [...packages].sort(),
    code: codes.join("\n"),
  };
}
