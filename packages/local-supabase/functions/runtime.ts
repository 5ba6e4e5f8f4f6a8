/**
 * The Edge Runtime of the stack: one Deno process that serves every function of a project at /<name>/…, each loaded
 * when it is first called and hot from then on. Run as a process of its own by service.ts, with no right but to read
 * the project, to talk to this machine and to see its environment.
 *
 * As on hosted projects: `Deno.serve(handler)` or `export default { fetch }`, `verify_jwt`, `EdgeRuntime.waitUntil`,
 * the bodies of 401, 404 and 503. Not as there: functions share one process, its globals and its environment.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createLocalJWKSet, jwtVerify } from "jose";
import { asItArrives } from "../arriving_body.ts";
import type { RuntimeConfig } from "./runtime_config.ts";

type Handler = (request: Request) => Response | Promise<Response>;

const config: RuntimeConfig = JSON.parse(
  Deno.env.get("LOCAL_SUPABASE_RUNTIME") ?? "{}",
);
const keySet = createLocalJWKSet(config.jwks);
const pending = new Set<Promise<unknown>>();
const handlers = new Map<string, Promise<Handler>>();

Object.assign(globalThis, {
  EdgeRuntime: {
    waitUntil<T>(promise: Promise<T>): Promise<T> {
      const settled = promise.then(
        () => {},
        (error) => console.error("waitUntil:", error),
      ).finally(() => pending.delete(settled));
      pending.add(settled);
      return promise;
    },
  },
});

// Functions may call Deno.serve instead of exporting a handler: while one is being loaded, that call is taken as its export.
const serve = Deno.serve;
let captured: Handler | undefined;
let loading: Promise<unknown> = Promise.resolve();
Object.assign(Deno, {
  serve: (...args: unknown[]) => {
    captured = args.find((arg) => typeof arg === "function") as Handler | undefined ??
      (args[0] as { handler?: Handler } | undefined)?.handler;
    return {
      finished: new Promise(() => {}),
      shutdown: () => Promise.resolve(),
      ref() {},
      unref() {},
    };
  },
});

/** Loads a function, one at a time so that a captured Deno.serve belongs to the right one. */
function load(name: string): Promise<Handler> {
  const found = handlers.get(name);
  if (found) return found;
  const handler = loading.then(async () => {
    captured = undefined;
    const module = await import(
      pathToFileURL(join(config.directory, name, "index.ts")).href
    );
    const loaded: Handler | undefined = captured ?? module.default?.fetch;
    if (!loaded) {
      throw new Error(
        `${name}/index.ts neither exports a fetch handler nor calls Deno.serve`,
      );
    }
    return loaded;
  });
  loading = handler.catch(() => {});
  handlers.set(name, handler);
  handler.catch(() => handlers.delete(name));
  return handler;
}

async function refusal(request: Request): Promise<string | undefined> {
  const token = request.headers.get("authorization")?.replace(
    /^Bearer\s+/i,
    "",
  );
  if (!token) return "Missing authorization header";
  return await jwtVerify(token, keySet).then(
    () => undefined,
    () => "Invalid JWT",
  );
}

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const [, name = "", rest = ""] = url.pathname.match(/^\/([^/]+)(\/.*)?$/) ??
    [];
  if (name === "_runtime") {
    return Response.json({ pending: pending.size, ...Deno.memoryUsage() });
  }
  const settings = Object.hasOwn(config.functions, name) ? config.functions[name] : undefined;
  if (!settings) {
    return Response.json({
      code: "NOT_FOUND",
      message: "Requested function was not found",
    }, { status: 404 });
  }
  if (settings.verify_jwt && request.method !== "OPTIONS") {
    const message = await refusal(request);
    if (message) return Response.json({ code: 401, message }, { status: 401 });
  }
  let handler: Handler;
  try {
    handler = await load(name);
  } catch (error) {
    console.error(`${name} did not start:`, error);
    return Response.json({
      code: "BOOT_ERROR",
      message: "Function failed to start (please check logs)",
    }, {
      status: 503,
    });
  }
  url.pathname = `/${name}${rest}`;
  try {
    return await handler(new Request(url, asItArrives(request)));
  } catch (error) {
    console.error(`${name} failed:`, error);
    return Response.json({
      code: "WORKER_ERROR",
      message: "Function exited due to an error (please check logs)",
    }, { status: 500 });
  }
}

const server = serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(`listening ${port}`),
}, answer);

// The other end of standard input is the stack: when it closes, however that came about, this process is done.
for await (const _ of Deno.stdin.readable);
await server.shutdown();
Deno.exit(0);
