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

/** How the lane of this provider, which has its name, is told of results. */
async function deliveryOf(name: string): Promise<string> {
  const lanes = await read("schemas/catalog/10_install_lanes.sql");
  const delivery = new RegExp(`\\('${name}', '\\{"provider": "${name}", "delivery": "(\\w+)"`).exec(lanes)
    ?.[1];
  assert.ok(delivery, `the lane ${name} is not there`);
  return delivery;
}

const isToldLater = async (name: string) => await deliveryOf(name) !== "sync";

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
        `fake_${name}.ts`,
      ],
      ...[
        upload && "upload.ts",
        findTasks && "find.ts",
        findTasks && "find.test.ts",
        verify && "signature.ts",
      ],
      ...["submit.test.ts", "failures.test.ts"],
      // One that answers at once is not asked after, and tells nothing later.
      ...await isToldLater(name)
        ? ["outcome.ts", "outcome.test.ts", "webhook.ts", "webhook.test.ts", "receiver.ts"]
        : [],
    ].filter((file) => file !== undefined);
    const page = await read(`../docs/${PAGE}`);
    const found = [...Deno.readDirSync(new URL(name, import.meta.url))].map((entry) => entry.name);
    for (const file of wanted) {
      assert.ok(found.includes(file), `${name}/${file}`);
      assert.ok(page.includes(`\`${file.replace(name, "astria")}\``), `the page says what ${file} holds`);
    }
  });

  Deno.test(`${name} has a webhook function open to those without a user's token, unless it answers at once`, async () => {
    const { functions } = parse(await read("config.toml")) as {
      functions: Record<string, Record<string, unknown>>;
    };
    const entry = functions[`${name}-webhook`];
    if (!await isToldLater(name)) return assert.equal(entry, undefined);
    assert.match(
      await read(`functions/${name}-webhook/index.ts`),
      new RegExp(`webhookApp\\(${name}Receiver\\)`),
    );
    assert.deepEqual({ ...entry }, { verify_jwt: false, import_map: "./functions/import_map.json" });
  });

  Deno.test(`${name} has a lane, a simulator's account and a page`, async () => {
    await deliveryOf(name);
    assert.match(await read("seed.sql"), new RegExp(`ops\\.add_account\\('${name}', 'simulator'`));
    assert.match(await read(`../docs/providers/${name}.md`), /, seen from here$/m);
  });
}
