/** An app outside the repository, with everything installed as a newcomer installs it. Takes a minute: `npm run test:long`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { buildClient } from "../build.ts";
import { addComponents, makeApp } from "./new_app.ts";
import { OWNED, TYPED } from "./sources.ts";

const isLong = Deno.env.get("ESTEIRA_BIG") === "1";

if (isLong) {
  Deno.test("a fresh Vite app installs the tarball, takes over all components, and builds", async () => {
    const parent = await Deno.makeTempDir({ prefix: "esteira-fresh-" });
    try {
      await using app = await makeApp(parent);
      const packageJson = JSON.parse(await Deno.readTextFile(join(app.folder, "package.json")));
      delete packageJson.dependencies["@esteira/client"];
      await app.write("package.json", JSON.stringify(packageJson));
      await app.run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", await buildClient());
      assert.equal((await addComponents(app)).length, 11);
      await app.write("src/typed.ts", TYPED);
      await app.write("src/owned.tsx", OWNED);
      await app.write(
        "vite.config.ts",
        `import { defineConfig } from "vite";
         export default defineConfig({ esbuild: { jsx: "automatic" }, resolve: { alias: { "@": "/src" } } });`,
      );
      const main = await Deno.readTextFile(join(app.folder, "src/main.tsx"));
      await app.write("src/main.tsx", `import { Owned } from "./owned.tsx";\nconsole.log(Owned);\n${main}`);
      const said = await app.run("npm", "run", "build");
      assert.match(said, /built in/);
      const assets = [...Deno.readDirSync(join(app.folder, "dist/assets"))].map(({ name }) => name);
      assert.ok(assets.some((name) => name.endsWith(".css")), "the components' look is in it");
      const first = assets.filter((name) => name.startsWith("index-") && name.endsWith(".js"));
      const code = await Promise.all(
        first.map((name) => Deno.readTextFile(join(app.folder, "dist/assets", name))),
      );
      assert.ok(code.length > 0 && !code.some((text) => /Tus-Resumable/.test(text)), "TUS is loaded later");
      const installed = [...Deno.readDirSync(join(app.folder, "node_modules"))].map(({ name }) => name);
      assert.ok(!installed.includes("zod"), "an app gets no zod for its types");
    } finally {
      await Deno.remove(parent, { recursive: true });
    }
  });
}
