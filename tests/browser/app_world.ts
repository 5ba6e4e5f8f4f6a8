/** The demo app on a stack of its own, with users whose passwords are known. */
import { buildApp } from "../../scripts/local/app/build_app.ts";
import { letAppPublish } from "../../scripts/local/app/let_app_publish.ts";
import { serveApp } from "../../scripts/local/app/serve_app.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { paint } from "../world/paint/painter.ts";

export interface Person extends User {
  readonly email: string;
  readonly password: string;
}

export interface AppWorld {
  readonly environment: Environment;
  /** Where the app is. */
  readonly url: string;
  /** Somebody with credits. */
  person(credits?: number, email?: string): Promise<Person>;
  close(): Promise<void>;
}

export async function startAppWorld(): Promise<AppWorld> {
  const building = buildApp();
  const painting = { paint };
  const [folder, environment] = await Promise.all([
    building,
    startEnvironment({ runninghub: painting, kie: painting, fal: painting, replicate: painting }),
  ]);
  const { apiUrl, publishableKey } = environment.deployment;
  const app = serveApp(folder, { url: apiUrl, publishableKey, demoUser: null });
  await letAppPublish(environment.sql, app.url);
  return {
    environment,
    url: app.url,
    person: (credits = 50, email = `${crypto.randomUUID()}@example.com`) =>
      newPerson(environment, credits, email),
    async close() {
      await app.close();
      await environment.close();
    },
  };
}

async function newPerson(environment: Environment, credits: number, email: string): Promise<Person> {
  const client = environment.anonymous();
  const words = { email, password: crypto.randomUUID() };
  const { data: { user, session }, error } = await client.auth.signUp(words);
  if (error || !user || !session) throw error ?? new Error("no session");
  await environment.sql`select ops.grant_credits(${user.id}, ${credits}, 'a browser test')`;
  return { ...words, client, userId: user.id, accessToken: session.access_token };
}
