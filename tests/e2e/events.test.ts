/** The function `events`, over HTTP: what a stream tells, to whom, and for how long. */
import { eventually, slowness } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { ticketResponse } from "../../shared/requests/requests_events.ts";
import { jobEvent, laneEvent, projectEvent } from "../../shared/rows/events.ts";
import { type StreamEvent, streamEvent } from "../../shared/rows/stream.ts";
import { jobsTopic, laneTopic, projectTopic } from "../../shared/words/topics.ts";
import { callFunction, codeOf } from "../world/api.ts";
import { startEnvironment, type User } from "../world/environment.ts";
import { StreamReader } from "./stream_reader.ts";

const STREAM_MS = 6_000;

Deno.test("what happens is heard on a stream by those whom it concerns, and by nobody else", async (t) => {
  const environment = await startEnvironment({
    functionsEnv: { ESTEIRA_STREAM_MS: String(STREAM_MS), ESTEIRA_HEARTBEAT_MS: "200" },
  });
  const { sql, deployment } = environment;
  const url = `${deployment.apiUrl}/functions/v1/events/stream`;
  const owner = await environment.signUp(1000);
  const stranger = await environment.signUp();
  const headersOf = ({ accessToken }: User) => ({
    authorization: `Bearer ${accessToken}`,
    apikey: deployment.publishableKey,
  });
  const open = (query = "", lastId?: string) => StreamReader.open(url + query, headersOf(owner), lastId);
  const refused = async (address: string, headers: Record<string, string> = {}) => {
    const response = await fetch(address, { headers });
    return [response.status, codeOf({ status: response.status, body: await response.json() })];
  };
  const ticketOf = async ({ accessToken: token }: User) =>
    ticketResponse.parse((await callFunction(environment, "events/ticket", { token })).body);
  const create = async (tool = "training") => {
    const [job] = await sql`select * from public.create_job(${owner.userId}, ${tool}, '{"name": "Ana"}')`;
    return String(job?.id);
  };
  const createProject = async ({ userId }: User) => {
    const content = sql.json({ nodes: [{ id: "n1", type: "image", data: {} }] });
    const [project] = await sql`
      insert into public.projects (user_id, content) values (${userId}, ${content}) returning id`;
    return String(project?.id);
  };
  try {
    await sql`select private.create_lane('training', 'training', 'pull')`;
    await sql`select ops.add_account('training', 'test', null, 1)`;
    await sql`insert into public.tools (tool, lane, titles, effect) values ('training', 'training', '{"en": "Training"}', 'model')`;

    // @acceptance 001:74, 001:114, 001:115, 001:118-128
    await t.step("first that it is connected, then that it is alive, then its end", async () => {
      const begun = performance.now();
      await using stream = await open();
      assert.equal(stream.response.headers.get("content-type"), "text/event-stream");
      assert.equal(await stream.end, "ended");
      assert.ok(performance.now() - begun < STREAM_MS + 1000 * slowness());
      const [first, second] = stream.heard;
      assert.ok(
        first?.data.type === "connected" && second?.data.type === "heartbeat",
        JSON.stringify(stream.heard),
      );
      assert.deepEqual([first.name, first.data.message, first.data.state], [
        undefined,
        "SSE connected",
        "live",
      ]);
      assert.deepEqual(first.data.topics, [jobsTopic(owner.userId)]);
      assert.ok(stream.all("heartbeat").length > 3);
      assert.ok(stream.retry);
      assert.ok(stream.lastId);
    });

    // @acceptance 001:69
    await t.step("a job and its model, within a second", async () => {
      await using stream = await open();
      await stream.first("connected");
      const id = await create();
      const committed = performance.now();
      const heard = await stream.first("job_changed");
      assert.ok(performance.now() - committed < 1000 * slowness());
      assert.deepEqual([heard.topic, heard.event], [jobsTopic(owner.userId), "INSERT"]);
      assert.equal(jobEvent.parse(heard.payload).new.id, id);
      const model = await stream.first("model_status_changed");
      assert.deepEqual([model.status, model.data?.id], ["TRAINING", model.modelId]);
    });

    await t.step("projects and lanes that are asked for", async () => {
      const project = await createProject(owner);
      await using stream = await open(`?project=${project}&lane=training`);
      const { topics } = await stream.first("connected");
      assert.deepEqual(topics, [jobsTopic(owner.userId), projectTopic(project), laneTopic("training")]);
      await sql`update public.projects set name = 'canvas' where id = ${project}`;
      const heard = await stream.first("project_changed");
      assert.equal(projectEvent.parse(heard.payload).new?.name, "canvas");
      await eventually(async () => { // at most four times a second
        const [announced] = await sql`select private.announce_lane('training') as is_told`;
        return announced?.is_told || undefined;
      });
      assert.equal(laneEvent.parse((await stream.first("lane_moved")).payload).lane, "training");
    });

    // @acceptance 001:116
    await t.step("nobody hears of what is somebody else's", async () => {
      const project = await createProject(owner);
      const headers = headersOf(stranger);
      assert.deepEqual(await refused(`${url}?project=${project}`, headers), [404, "not_found"]);
      assert.deepEqual(await refused(`${url}?lane=nowhere`, headers), [404, "lane_not_found"]);
      await using theirs = await StreamReader.open(url, headers);
      await using own = await open(`?project=${project}`);
      await Promise.all([theirs.first("connected"), own.first("connected")]);
      await create();
      await sql`update public.projects set name = 'canvas' where id = ${project}`;
      await Promise.all([own.first("job_changed"), own.first("project_changed"), theirs.end]);
      assert.deepEqual(theirs.heard.filter(({ data }) => data.type !== "heartbeat").length, 1, "but hello");
      // Nor with an id of the owner's stream.
      await using resumed = await StreamReader.open(url, headers, own.lastId);
      assert.equal(await resumed.end, "ended");
      assert.deepEqual([resumed.all("job_changed"), resumed.all("project_changed")], [[], []]);
    });

    await t.step(
      "a ticket hears what its user hears, without a header, and nothing else can be done with it",
      async () => {
        const { url, ticket } = await ticketOf(owner);
        await using stream = await StreamReader.open(url);
        await stream.first("connected");
        await create();
        await stream.first("job_changed");
        for (const path of ["jobs", "models", "jobs/credits", "events/ticket"]) {
          const method = path === "events/ticket" ? "POST" : "GET";
          const answer = await callFunction(environment, `${path}?ticket=${ticket}`, {
            method,
            token: ticket,
          });
          assert.deepEqual([answer.status, codeOf(answer)], [401, "unauthenticated"], path);
        }
        const data = await fetch(`${deployment.apiUrl}/rest/v1/jobs`, {
          headers: { apikey: deployment.publishableKey, authorization: `Bearer ${ticket}` },
        });
        assert.equal(data.status, 401);
        await data.body?.cancel();
        const [said = "", signature = ""] = ticket.split(".");
        const other = said.slice(0, 20) + (said[20] === "A" ? "B" : "A") + said.slice(21);
        const forged = url.replace(ticket, `${other}.${signature}`);
        assert.deepEqual(await refused(forged), [401, "unauthenticated"], "one that was tampered with");
      },
    );

    await t.step(
      "an EventSource goes on by itself, and gives up when its ticket is good no longer",
      async () => {
        const reader = await environment.signUp(100);
        const { url } = await ticketOf(reader);
        const source = new EventSource(url);
        const heard: StreamEvent[] = [];
        source.onmessage = ({ data }) => void heard.push(streamEvent.parse(JSON.parse(data)));
        const count = (type: StreamEvent["type"]) => heard.filter((event) => event.type === type).length;
        const createOne = () =>
          sql`select public.create_job(${reader.userId}, 'training', '{"name": "Ana"}')`;
        try {
          await eventually(() => count("connected") === 1 || undefined);
          await createOne();
          await eventually(() => count("job_changed") === 1 || undefined);
          await eventually(() => source.readyState === EventSource.CONNECTING || undefined, {
            timeoutMs: 2 * STREAM_MS,
          });
          await createOne(); // while it is away
          await eventually(() => count("connected") === 2 && count("job_changed") === 2 || undefined, {
            timeoutMs: 2 * STREAM_MS,
          });
          await reader.client.auth.signOut();
          await eventually(() => source.readyState === EventSource.CLOSED || undefined, {
            timeoutMs: 2 * STREAM_MS,
          });
          assert.deepEqual([count("job_changed"), count("snapshot")], [2, 0]);
        } finally {
          source.close();
        }
      },
    );

    // @acceptance 001:75, 001:160-169
    await t.step(
      "who signs out, is banned or gone is heard of no more: the next connect is refused",
      async () => {
        const [leaver, banned, gone] = [
          await environment.signUp(),
          await environment.signUp(),
          await environment.signUp(),
        ];
        const all = [leaver, banned, gone];
        const tickets = await Promise.all(all.map(ticketOf));
        const streams = await Promise.all(tickets.map(({ url }) => StreamReader.open(url)));
        await leaver.client.auth.signOut();
        await sql`update auth.users set banned_until = now() + interval '1 hour' where id = ${banned.userId}`;
        await sql`select ops.forget_user(${gone.userId})`;
        for (const [n, user] of all.entries()) {
          assert.equal(await streams[n]?.end, "ended", "what runs ends in its time");
          assert.deepEqual(await refused(tickets[n]?.url ?? ""), [401, "unauthenticated"]);
          assert.deepEqual(await refused(url, headersOf(user)), [401, "unauthenticated"]);
          const answer = await callFunction(environment, "events/ticket", { token: user.accessToken });
          assert.equal(answer.status, 401);
        }
      },
    );

    await t.step("ten streams a user; who hangs up is noticed", async () => {
      const streams = await Promise.all(Array.from({ length: 10 }, () => open()));
      assert.deepEqual(await refused(url, headersOf(owner)), [429, "too_many_streams"]);
      const [first, ...others] = streams;
      await first?.close();
      await eventually(async () => {
        const stream = await open();
        await stream.close();
        return stream.response.status === 200 || undefined;
      });
      assert.ok(others.every(({ isOpen }) => isOpen), "before any other has ended by itself");
      for (const stream of others) await stream.close();
    });
  } finally {
    await environment.close();
  }
});
