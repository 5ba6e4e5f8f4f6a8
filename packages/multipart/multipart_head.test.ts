import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Part, readMultipart } from "./multipart.ts";

/** The only part of a body, without its content. */
async function onlyPart(
  body: string,
  type = "multipart/form-data; boundary=b",
): Promise<Omit<Part, "bytes">> {
  const heads: Omit<Part, "bytes">[] = [];
  for await (
    const { bytes: _bytes, ...head } of readMultipart(ReadableStream.from([Buffer.from(body)]), type)
  ) {
    heads.push(head);
  }
  const [head] = heads;
  assert.ok(head && heads.length === 1);
  return head;
}

const headOf = (lines: string) => onlyPart(`--b\r\n${lines}\r\n\r\n\r\n--b--`);

Deno.test("the boundary is found bare or quoted, among other parameters", async () => {
  const bodyWith = (boundary: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="n"\r\n\r\n\r\n--${boundary}--`;
  assert.deepEqual(await onlyPart(bodyWith("abc"), "multipart/form-data; boundary=abc"), { name: "n" });
  const quoted = 'Multipart/Form-Data; charset=utf-8; boundary="a b:c"';
  assert.deepEqual(await onlyPart(bodyWith("a b:c"), quoted), { name: "n" });
});

Deno.test("`filename` is not mistaken for `name`, in either order", async () => {
  assert.deepEqual(await headOf('Content-Disposition: form-data; filename="f.png"; name="n"'), {
    name: "n",
    fileName: "f.png",
  });
  assert.deepEqual(await headOf('Content-Disposition: form-data; name="n"; filename="f.png"'), {
    name: "n",
    fileName: "f.png",
  });
});

Deno.test("headers are told apart without regard to case, and names need no quotes", async () => {
  assert.deepEqual(await headOf("content-disposition: form-data; name=n\r\nCONTENT-TYPE: image/png"), {
    name: "n",
    contentType: "image/png",
  });
});

Deno.test("quotes in names are read as browsers and as curl write them", async () => {
  const nameOf = async (name: string) =>
    (await headOf(`Content-Disposition: form-data; name="${name}"`)).name;
  assert.equal(await nameOf("a%22b"), 'a"b');
  assert.equal(await nameOf('a\\"b\\\\c'), 'a"b\\c');
  assert.equal(await nameOf("100%25"), "100%25");
});
