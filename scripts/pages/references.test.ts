/** What finds the references that lead nowhere. */
import assert from "node:assert/strict";
import { danglingReferences, headings } from "./references.ts";

/** What is found in files with these texts. */
function found(texts: Record<string, string>, ignored: string[] = []): string[] {
  const tree = {
    files: Object.keys(texts),
    read: (path: string) => texts[path] ?? "",
    isIgnored: (path: string) => ignored.includes(path),
  };
  return danglingReferences(tree).map(({ file, line, reference }) => `${file}:${line} ${reference}`);
}

const PAGES = { "docs/a.md": "# A page\n\n## Two words\n", "docs/sub/b.md": "# B\n" };

Deno.test("a link is looked up from the folder of its page, with its heading", () => {
  const text =
    "[a](docs/a.md) [b](docs/a.md#two-words)\n[c](a.md) [d](docs/a.md#gone) [e](#here)\n# Here\n[f]: docs/none";
  assert.deepEqual(found({ ...PAGES, "README.md": text }), [
    "README.md:2 a.md",
    "README.md:2 docs/a.md#gone",
    "README.md:4 docs/none",
  ]);
});

Deno.test("links out of the repository and links in code are none of ours", () => {
  const text =
    "[a](https://example.com/x.md) `[b](none)`\n```md\n[c](none)\n```\nhttps://example.com/docs/none.md";
  assert.deepEqual(found({ "README.md": text }), []);
});

Deno.test("a page may be named by its path or, where there is one of that name, by that, in any file", () => {
  const text = "// docs/a.md#two-words, b.md#b, a.md\n// docs/b.md, none.md, a.md#three";
  assert.deepEqual(found({ ...PAGES, "code/x.ts": text, "code/y.sql": "-- see gone.md" }), [
    "code/x.ts:2 docs/b.md",
    "code/x.ts:2 none.md",
    "code/x.ts:2 a.md#three",
    "code/y.sql:1 gone.md",
  ]);
});

Deno.test("a name that several pages have names none of them", () => {
  assert.deepEqual(found({ "a/page.md": "", "b/page.md": "", "c/x.ts": "// page.md" }), ["c/x.ts:1 page.md"]);
});

Deno.test("code in a page that begins with a folder of ours is a path, and has to be there unless git ignores it", () => {
  const text = "`docs/a.md` `docs/` `docs/gone.ts` `jobs/uploads` `docs/keys.json` `docs/<name>.ts`";
  assert.deepEqual(found({ ...PAGES, "README.md": text }, ["docs/keys.json"]), ["README.md:1 docs/gone.ts"]);
});

Deno.test("a path in a comment has to be there as well, unless it names something else", () => {
  const text =
    'import "../docs/none.ts";\n// docs/a.md, docs/gone, other/gone, @docs/x, https://x.dev/docs/y\nconst x = "docs/z"; // docs/w.ts';
  assert.deepEqual(found({ ...PAGES, "code/x.ts": text }), [
    "code/x.ts:2 docs/gone",
    "code/x.ts:3 docs/w.ts",
  ]);
});

Deno.test("headings have the anchors that GitHub gives them", () => {
  const page =
    '# One, two & `three`\n```sh\n# no heading\n```\n## Não é\n## [A link](x)\n## Não é\n### config push ###\n<a id="000"></a>\n';
  assert.deepEqual([...headings(page)], [
    "000",
    "one-two--three",
    "não-é",
    "a-link",
    "não-é-1",
    "config-push",
  ]);
});
