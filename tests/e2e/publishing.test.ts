/** Publishing to the simulated platforms: what arrives there, once, and what is told of it. */
import { eventually } from "@esteira/local-supabase/testing";
import { serveLocally } from "@esteira/simulators/kit/http_server";
import assert from "node:assert/strict";
import type { Job } from "../../shared/rows/job.ts";
import type { Option } from "../../shared/words/platforms.ts";
import { film, picture } from "../world/media_files.ts";
import { listen } from "../world/listen.ts";
import { connectAccount, enablePublishing, publishInSql, uploadFile } from "../world/publishing.ts";
import { Scene } from "../world/scene.ts";
import { linesWith, tablesWith } from "../world/secrets.ts";
import { jobsTopic } from "../../shared/words/topics.ts";

const scene = await Scene.start({ x: { processMs: 300 }, instagram: { processMs: 300 } });
const { environment, user } = scene;
const { sql, x, instagram } = environment;
await enablePublishing(environment);
const broadcasts: string[] = [];
await listen(
  user.client,
  jobsTopic(user.userId),
  ["INSERT", "UPDATE", "connection_changed"],
  (payload) => broadcasts.push(JSON.stringify(payload)),
);
const connections = {
  x: await connectAccount(environment, user, "x", "ana"),
  instagram: await connectAccount(environment, user, "instagram", "ana"),
};
Deno.test.afterAll(() => scene.close());

type Wish = Omit<Parameters<typeof publishInSql>[3], "connectionId">;
const publish = (option: Option, wish: Wish) =>
  publishInSql(environment, user, option, {
    ...wish,
    connectionId: option === "x_post" ? connections.x : connections.instagram,
  });
const dataOf = (job: Job) => job.output?.data as { post_id: string; permalink: string; warnings: unknown[] };
async function publication(id: string) {
  const [row] = await sql`select * from public.publications where job_id = ${id}`;
  assert.ok(row);
  return row;
}
const patience = (id: string) =>
  eventually(async () => {
    const job = await scene.job(id);
    return ["completed", "failed", "cancelled"].includes(job.status) ? job : undefined;
  }, { what: "the end of a publication", timeoutMs: 60_000 });
async function completed(id: string): Promise<Job> {
  const job = await patience(id);
  assert.equal(
    job.status,
    "completed",
    `${job.error_code}: ${job.error_message}\n${scene.lines.slice(-30).join("\n")}`,
  );
  return job;
}

Deno.test("a post on X: a text, a picture, a film in pieces; each there once, with its address", async () => {
  const [image, video] = [picture(), film(2_500_000)];
  const wishes: [Wish, typeof image[]][] = [
    [{ caption: "Only words" }, []],
    [{ caption: "A picture", files: [await uploadFile(user, image)] }, [image]],
    [{ caption: "A film", files: [await uploadFile(user, video)] }, [video]],
  ];
  for (const [wish, files] of wishes) {
    const job = await completed(await publish("x_post", wish));
    const posts = x.posts().filter(({ text }) => text === wish.caption);
    assert.equal(posts.length, 1);
    assert.deepEqual(posts[0]?.media.map(({ sha256 }) => sha256), files.map(({ sha256 }) => sha256));
    assert.equal(dataOf(job).post_id, posts[0]?.id);
    assert.ok(dataOf(job).permalink.endsWith(`/status/${posts[0]?.id}`));
  }
});

Deno.test("each option of Instagram: containers are awaited, and the post is there once", async () => {
  const wishes: [Option, string, ReturnType<typeof picture>[]][] = [
    ["instagram_feed", "To the feed", [picture()]],
    ["instagram_reel", "A reel", [film()]],
    ["instagram_story", "", [picture()]],
    ["instagram_carousel", "One after the other", [picture(), film(), picture()]],
  ];
  for (const [option, caption, files] of wishes) {
    const uploaded = await Promise.all(files.map((file) => uploadFile(user, file)));
    const job = await completed(await publish(option, { caption, files: uploaded }));
    const posts = instagram.posts().filter(({ media }) => media[0]?.sha256 === files[0]?.sha256);
    assert.equal(posts.length, 1, option);
    assert.deepEqual(posts[0]?.media.map(({ sha256 }) => sha256), files.map(({ sha256 }) => sha256));
    assert.equal(dataOf(job).post_id, posts[0]?.id);
    const { steps } = await publication(job.id);
    assert.ok(steps.length >= 3, "each act is shown");
  }
});

Deno.test("the answer to a commit is lost: the post is found, and not made again", async () => {
  x.misbehave({
    contains: "Lost X",
    times: 1,
    fault: { kind: "http_error", path: "commit", status: 503, times: 1, accepted: true },
  });
  instagram.misbehave({
    contains: "Lost Instagram",
    times: 1,
    fault: { kind: "cut_answer", path: "commit", times: 1 },
  });
  const ids = await Promise.all([
    publish("x_post", { caption: "Lost X" }),
    publish("instagram_feed", { caption: "Lost Instagram", files: [await uploadFile(user, picture())] }),
  ]);
  await Promise.all(ids.map(completed));
  for (const [{ posts, commits }, text] of [[x, "Lost X"], [instagram, "Lost Instagram"]] as const) {
    assert.equal(posts().filter((post) => post.text === text).length, 1);
    assert.equal(commits().filter(({ texts }) => texts.includes(text)).length, 1);
  }
});

Deno.test("an access that ends between preparing and commit is renewed once, and the post made", async () => {
  const before = x.refreshes().length;
  x.misbehave({ times: 1, fault: { kind: "access_ends", path: "finalize", times: 1 } });
  await completed(await publish("x_post", { caption: "Renewed", files: [await uploadFile(user, film())] }));
  assert.equal(x.posts().filter(({ text }) => text === "Renewed").length, 1);
  assert.equal(x.refreshes().length, before + 1);
});

Deno.test("a file at an address is fetched once for all that are published together", async () => {
  const image = picture();
  let fetched = 0;
  const server = serveLocally(() => {
    fetched++;
    return new Response(image.bytes, { headers: { "content-type": "image/jpeg" } });
  });
  try {
    const url = { url: `${server.url}/photo.jpg`, type: "image/jpeg" };
    const groupId = crypto.randomUUID();
    const ids = await Promise.all([
      publish("x_post", { caption: "From elsewhere", urls: [url], groupId }),
      publish("instagram_feed", { caption: "From elsewhere", urls: [url], groupId }),
    ]);
    await Promise.all(ids.map(completed));
    assert.equal(fetched, 1);
    for (const { posts } of [x, instagram]) {
      const [post] = posts().filter(({ text }) => text === "From elsewhere");
      assert.deepEqual(post?.media.map(({ sha256 }) => sha256), [image.sha256]);
    }
  } finally {
    await server.close();
  }
});

Deno.test("what a platform refuses for good fails with its words, and is paid back", async () => {
  x.misbehave({
    contains: "Refused",
    fault: {
      kind: "refuse",
      path: "commit",
      times: 9,
      status: 403,
      title: "Forbidden",
      detail: "You are not permitted to perform this action.",
    },
  });
  const job = await patience(await publish("x_post", { caption: "Refused" }));
  assert.deepEqual([job.status, job.refund], ["failed", "paid"]);
  assert.ok(job.error_code && job.error_message);
  assert.equal(x.posts().filter(({ text }) => text === "Refused").length, 0);
});

Deno.test("one connection publishes one at a time, in order, and is logged as document 003 has it", async () => {
  const ids = await Promise.all(["One", "Two", "Three"].map((caption) => publish("x_post", { caption })));
  await Promise.all(ids.map(completed));
  assert.equal(x.counts().mostAliveOfAccount, 1);
  await eventually(
    () =>
      scene.lines.some((line) => line.includes("[Process Publication API] Job completed successfully")) ||
      undefined,
    { what: "the line" },
  );
  assert.ok(scene.lines.some((line) => line.includes("[Process Publication API] Job failed")));
});

Deno.test("no token is in any row, log or broadcast", async () => {
  const secrets = [...x.secrets(), ...instagram.secrets(), x.clientSecret, instagram.clientSecret];
  assert.ok(secrets.length > 3);
  assert.deepEqual(await tablesWith(sql, secrets), []);
  assert.deepEqual(linesWith(scene.lines, secrets), []);
  assert.ok(broadcasts.length > 0);
  assert.deepEqual(linesWith(broadcasts, secrets), []);
});
