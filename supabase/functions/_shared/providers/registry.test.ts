import assert from "node:assert/strict";
import { parse } from "smol-toml";
import { providerNamed, providerNames } from "./registry.ts";
import { runninghub } from "./runninghub/runninghub.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../../${path}`, import.meta.url));

Deno.test("a provider is found by its name", () => assert.equal(providerNamed("runninghub"), runninghub));

Deno.test("a name that no provider has is an error that lists those there are", () => {
  for (const name of ["", "RunningHub", "constructor", "__proto__"]) {
    assert.throws(() => providerNamed(name), /there are .*runninghub/, name);
  }
});

// It asks for what follows.
const PAGE = "adding-a-provider.md";

for (const name of providerNames()) {
  Deno.test(`the folder of ${name} has the files that the page names, with a test for each concern`, async () => {
    const { upload, findTasks, verify } = providerNamed(name);
    const wanted = [
      ...[
        `${name}.ts`,
        "settings.ts",
        "codes.ts",
        "submit.ts",
        "outcome.ts",
        "webhook.ts",
        `fake_${name}.ts`,
      ],
      ...[
        upload && "upload.ts",
        findTasks && "find.ts",
        findTasks && "find.test.ts",
        verify && "signature.ts",
      ],
      ...["submit.test.ts", "outcome.test.ts", "failures.test.ts", "webhook.test.ts"],
    ].filter((file) => file !== undefined);
    const page = await read(`../docs/${PAGE}`);
    const found = [...Deno.readDirSync(new URL(name, import.meta.url))].map((entry) => entry.name);
    for (const file of wanted) {
      assert.ok(found.includes(file), `${name}/${file}`);
      assert.ok(page.includes(`\`${file.replace(name, "astria")}\``), `the page says what ${file} holds`);
    }
  });

  Deno.test(`${name} has its webhook function, open to those without a user's token, a lane, a simulator's account and a page`, async () => {
    assert.match(await read(`functions/${name}-webhook/index.ts`), new RegExp(`webhookApp\\(${name}\\)`));
    const { functions } = parse(await read("config.toml")) as {
      functions: Record<string, Record<string, unknown>>;
    };
    assert.deepEqual({ ...functions[`${name}-webhook`] }, {
      verify_jwt: false,
      import_map: "./functions/import_map.json",
    });
    const lanes = await read("schemas/catalog/10_install_lanes.sql");
    assert.match(lanes, new RegExp(`\\('${name}', '\\{"provider": "${name}"`));
    assert.match(await read("seed.sql"), new RegExp(`ops\\.add_account\\('${name}', 'simulator'`));
    assert.match(await read(`../docs/providers/${name}.md`), /, seen from here$/m);
  });
}
