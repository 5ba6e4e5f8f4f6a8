import assert from "node:assert/strict";
import { DOCUMENT_ENDINGS, DOCUMENT_TYPES, documentTypeOf } from "./document_types.ts";

const read = (path: string) =>
  Deno.readTextFileSync(new URL(`../../supabase/schemas/${path}`, import.meta.url));

Deno.test("a document's type and the ending of its name tell each other", () => {
  for (const type of DOCUMENT_TYPES) {
    const ending = DOCUMENT_ENDINGS[type] ?? "";
    assert.equal(documentTypeOf(ending), type);
    assert.equal(documentTypeOf(ending.toUpperCase()), type);
    // As keys of files have them.
    assert.match(ending, /^[a-z0-9]{1,8}$/);
  }
  for (const none of ["", "png", "xlsx", ".pdf", "constructor"]) {
    assert.equal(documentTypeOf(none), undefined);
  }
});

Deno.test("the bucket of inputs and the tool take what is a document here", () => {
  for (const type of DOCUMENT_TYPES) {
    assert.ok(read("files/03_install_buckets.sql").includes(`"${type}"`), type);
    assert.ok(read("catalog/11_install_tools.sql").includes(`'${type}'`), type);
  }
});
