import { join } from "node:path";
import { ROOT } from "../../paths.ts";
import { makeApp, unpackClient } from "./new_app.ts";

/** What the pages' code leaves to the reader. */
const GIVEN = `
declare const [projectUrl, publishableKey, email, password]: [string, string, string, string];
declare const file: File;
declare const image: HTMLImageElement;
`;

Deno.test("the code in the client's README is typed as an app would type it", async () => {
  await using app = await makeApp(join(ROOT, ".cache/apps"));
  await unpackClient(app);
  const page = await Deno.readTextFile(join(ROOT, "packages/client/README.md"));
  const [core, react] = ["ts", "tsx"].map((language) =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, code]) => code)
      .join("\n")
  );
  if (!core || !react) throw new Error("the page shows no code");
  await app.write("src/core.ts", GIVEN + core);
  await app.write("src/react.tsx", `import { supabase } from "./supabase.ts";\n${react}`);
  await app.run("node", join(ROOT, "node_modules/typescript/bin/tsc"), "--pretty", "false");
});
