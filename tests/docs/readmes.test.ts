/** The README in Portuguese says what the one in English says: whoever changes one is made to look at the other. */
import assert from "node:assert/strict";
import { pages } from "./repository.ts";

const parts = (page: string) => ({
  headings: page.match(/^#+ /gm)?.length,
  code: [...page.matchAll(/^```(sh|ts)\n([\s\S]*?)^```/gm)].map(([, , code = ""]) =>
    code.replace(/ *#.*$/gm, "")
  ),
  // The pages point to each other, and to the labels in Portuguese.
  links: [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, to]) => to ?? "")
    .filter((to) => !/^README|^shared\/words\/labels/.test(to)).sort(),
  folders: page.match(/^\| \[`.*?`\]/gm),
});

Deno.test("both READMEs have the same headings, code, folders and links", async () => {
  const all = await pages();
  assert.deepEqual(parts(all.get("README.pt-BR.md") ?? ""), parts(all.get("README.md") ?? ""));
});
