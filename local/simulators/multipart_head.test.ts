import assert from "node:assert/strict";
import { MultipartError } from "./multipart_error.ts";
import { boundaryOf, parsePartHead } from "./multipart_head.ts";

Deno.test("the boundary is found bare or quoted, among other parameters", () => {
  assert.equal(boundaryOf("multipart/form-data; boundary=abc"), "abc");
  assert.equal(boundaryOf('Multipart/Form-Data; charset=utf-8; boundary="a b:c"'), "a b:c");
});

Deno.test("another content type or one without a boundary is refused", () => {
  for (const type of [null, "", "application/json", "multipart/form-data", "text/plain; boundary=abc"]) {
    assert.throws(
      () => boundaryOf(type),
      (error) => error instanceof MultipartError && error.code === "no_boundary",
      String(type),
    );
  }
});

Deno.test("`filename` is not mistaken for `name`, in either order", () => {
  assert.deepEqual(parsePartHead('Content-Disposition: form-data; filename="f.png"; name="n"'), {
    name: "n",
    fileName: "f.png",
  });
  assert.deepEqual(parsePartHead("content-disposition: form-data; name=n\r\nCONTENT-TYPE: image/png"), {
    name: "n",
    contentType: "image/png",
  });
});

Deno.test("quotes in names are read as browsers and as curl write them", () => {
  assert.equal(parsePartHead('Content-Disposition: form-data; name="a%22b"').name, 'a"b');
  assert.equal(parsePartHead('Content-Disposition: form-data; name="a\\"b\\\\c"').name, 'a"b\\c');
  assert.equal(parsePartHead('Content-Disposition: form-data; name="100%25"').name, "100%25");
});
