/** Serves a built page on this machine, the demo app or the console, and tells it which project it belongs to. */
import { extname, join, normalize } from "node:path";

/** What the page reads as `project.json`: nothing that a page may not know. */
export interface AppProject {
  readonly url: string;
  readonly publishableKey: string;
  /** Who is signed in without being asked; null: the page asks. */
  readonly demoUser: { readonly email: string; readonly password: string } | null;
}

export interface AppServer {
  readonly url: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mp4": "video/mp4",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};
/** Names of this machine. A page from elsewhere whose name was made to lead here is not told who the demo user is. */
const OURS = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Serves `folder` on 127.0.0.1; port 0 takes any free one.
 * @param project null: the page finds out by itself which one it is about
 * @throws Deno.errors.AddrInUse
 */
export function serveApp(folder: string, project: AppProject | null, port = 0): AppServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
    if (!OURS.test(request.headers.get("host") ?? "")) return new Response("Not here", { status: 421 });
    if (request.method !== "GET" && request.method !== "HEAD") return new Response(null, { status: 405 });
    const path = decodedPath(new URL(request.url));
    if (path === "/project.json" && project) {
      return Response.json(project, { headers: { "cache-control": "no-store" } });
    }
    return await fileAt(folder, path === "/" ? "/index.html" : path);
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

/** Within the folder whatever it says: `normalize` takes the `..` out of an absolute path. */
function decodedPath({ pathname }: URL): string {
  try {
    return normalize(decodeURIComponent(pathname).replaceAll("\0", ""));
  } catch {
    return "/";
  }
}

async function fileAt(folder: string, path: string): Promise<Response> {
  try {
    const file = await Deno.open(join(folder, path));
    const { isFile, size } = await file.stat();
    if (!isFile) {
      file.close();
      return new Response("Not found", { status: 404 });
    }
    const headers = {
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "content-length": String(size),
      "x-content-type-options": "nosniff",
      // Vite names what it builds by its content.
      "cache-control": path.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache",
    };
    return new Response(file.readable, { headers });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return new Response("Not found", { status: 404 });
    }
    throw error;
  }
}
