import assert from "node:assert/strict";
import { join } from "node:path";
import { serveApp } from "./serve_app.ts";

const PROJECT = { url: "http://127.0.0.1:1", publishableKey: "key", demoUser: null };

async function withServer(body: (url: string) => Promise<void>) {
  const parent = await Deno.makeTempDir();
  const folder = join(parent, "page");
  await Deno.mkdir(join(folder, "assets"), { recursive: true });
  await Deno.writeTextFile(join(folder, "index.html"), "<p>it</p>");
  await Deno.writeTextFile(join(folder, "assets/x.js"), "1");
  await Deno.writeTextFile(join(parent, "secret"), "s3cret");
  const server = serveApp(folder, PROJECT);
  try {
    await body(server.url);
  } finally {
    await server.close();
    await Deno.remove(parent, { recursive: true });
  }
}

Deno.test("the page, its parts and its project are served, by their types", async () => {
  await withServer(async (url) => {
    const page = await fetch(url);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(page.headers.get("cache-control"), "no-cache");
    assert.equal(await page.text(), "<p>it</p>");
    const part = await fetch(`${url}/assets/x.js`);
    assert.match(part.headers.get("cache-control") ?? "", /immutable/);
    assert.equal(await part.text(), "1");
    assert.deepEqual(await (await fetch(`${url}/project.json`)).json(), PROJECT);
  });
});

Deno.test("nothing outside the folder is served, and what is not there is a 404", async () => {
  await withServer(async (url) => {
    for (const path of ["/none", "/assets", "/%2e%2e/secret", "/..%2fsecret", "/assets/..%2f..%2fsecret"]) {
      const response = await fetch(url + path);
      assert.equal(response.status, 404, path);
      assert.doesNotMatch(await response.text(), /s3cret/);
    }
    assert.equal((await fetch(`${url}/%`)).status, 200); // no path at all: the page
    assert.equal((await fetch(url, { method: "POST" })).status, 405);
  });
});

Deno.test("a page from elsewhere, whose name was made to lead here, is told nothing", async () => {
  await withServer(async (url) => {
    const { port } = new URL(url);
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    const request = `GET /project.json HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`;
    await connection.write(new TextEncoder().encode(request));
    assert.match(await new Response(connection.readable).text(), /^HTTP\/1\.1 421 /);
  });
});
