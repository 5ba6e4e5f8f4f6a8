/** Posts of the feed, photos that are handed over, and stories of photos. */
import { asCaller, asPublisher, type Call } from "../graph/calls.ts";
import { badParameter, type GraphError, graphError } from "../graph/graph_errors.ts";
import { parametersOf } from "../graph/parameters.ts";
import type { Commit } from "../social/books.ts";
import { BAD_LINK, DUPLICATE, EMPTY, PHOTO_ERRORS } from "./facebook_errors.ts";
import { isError, posterOf, PUBLISHES } from "./page_access.ts";
import type { Photo } from "./photos.ts";
import { enter, isAgain, type Poster, refusalOf } from "./posts.ts";
import type { Facebook } from "./world.ts";

/** Adds `POST /{page}/feed`, `/photos` and `/photo_stories`. */
export function addFeedRoutes(facebook: Facebook): void {
  const { app } = facebook;
  addPhotoRoute(facebook);

  app.post("/:page/feed", (c) => {
    const page = c.req.param("page");
    const texts = (
      given: URLSearchParams,
    ) => [given.get("message") ?? "", ...hashesOf(facebook, page, idsIn(given))];
    return asPublisher(
      facebook,
      c.req.raw,
      { path: "commit", scopes: PUBLISHES, texts },
      accountOf(facebook, page),
      (call, commit) =>
        answerOf(
          posterOf(facebook, call, page),
          (poster) => postToFeed(facebook, poster, call, commit),
        ),
    );
  });

  app.post("/:page/photo_stories", (c) => {
    const page = c.req.param("page");
    const texts = (given: URLSearchParams) => hashesOf(facebook, page, [given.get("photo_id") ?? ""]);
    return asPublisher(
      facebook,
      c.req.raw,
      { path: "commit", scopes: PUBLISHES, texts },
      accountOf(facebook, page),
      (call, commit) =>
        answerOf(
          posterOf(facebook, call, page),
          (poster) => postStory(facebook, poster, call, commit),
        ),
    );
  });
}

/** Photos: handed over so that nobody sees them, or published at once. */
function addPhotoRoute(facebook: Facebook): void {
  facebook.app.post("/:page/photos", async (c) => {
    const page = c.req.param("page");
    const isHidden = (await parametersOf(c.req.raw.clone())).get("published") === "false";
    const need = {
      scopes: PUBLISHES,
      texts: (given: URLSearchParams) => [given.get("caption") ?? "", given.get("url") ?? ""],
    };
    const take = ({ parameters }: Call) =>
      facebook.photos.take(page, parameters.get("url") ?? "", parameters.get("alt_text_custom"));
    if (isHidden) {
      return await asCaller(
        facebook,
        c.req.raw,
        { ...need, path: "photo" },
        (call) =>
          answerOf(posterOf(facebook, call, page), async () => {
            const photo = await take(call);
            return "id" in photo ? Response.json({ id: photo.id }) : photo;
          }),
      );
    }
    return await asPublisher(
      facebook,
      c.req.raw,
      { ...need, path: "commit" },
      accountOf(facebook, page),
      (call, commit) =>
        answerOf(posterOf(facebook, call, page), async (poster) => {
          const photo = await take(call);
          if (!("id" in photo)) return photo;
          const posted = withPhotos(facebook, poster, commit, [photo], call.parameters.get("caption") ?? "");
          return posted instanceof Response
            ? Response.json({ id: photo.id, post_id: (await posted.json()).id })
            : posted;
        }),
    );
  });
}

/** The page that a commit would be of; null: there is no such page. */
export function accountOf({ pages }: Facebook, id: string): { id: string; username: string } | null {
  const found = pages.page(id);
  return found ? { id, username: found.person.username } : null;
}

/** The answer to whoever may publish there; an error, where one comes of it. */
export async function answerOf(
  found: Poster | GraphError,
  answer: (poster: Poster) => Response | GraphError | Promise<Response | GraphError>,
): Promise<Response> {
  const done = isError(found) ? found : await answer(found);
  return done instanceof Response ? done : graphError(done);
}

function postToFeed(
  facebook: Facebook,
  poster: Poster,
  { parameters }: Call,
  commit: Commit,
): Response | GraphError {
  const text = parameters.get("message") ?? "";
  const link = parameters.get("link");
  const ids = idsIn(parameters);
  if (ids.length > 0) {
    const photos = ids.map((id) => facebook.photos.get(id, poster.page.id));
    if (photos.some((photo) => photo === undefined)) {
      return badParameter("Param attached_media has an id that is none");
    }
    return withPhotos(facebook, poster, commit, photos as Photo[], text);
  }
  if (text === "" && link === null) return EMPTY;
  if (link !== null && !URL.canParse(link)) return BAD_LINK;
  const isTwice = link === null && isAgain(facebook, poster.page, text);
  if (isTwice || facebook.world.faults.take("calls_duplicate", [text, poster.person.username])) {
    return DUPLICATE;
  }
  const refusal = refusalOf(facebook, poster);
  if (refusal) return refusal;
  const facts = { attached: [], link, title: "" };
  const post = enter(facebook, poster, commit, { kind: "post", text, media: [], facts, texts: [text] });
  return Response.json({ id: post.id });
}

function withPhotos(
  facebook: Facebook,
  poster: Poster,
  commit: Commit,
  photos: readonly Photo[],
  text: string,
): Response | GraphError {
  if (photos.some(({ isSpent }) => isSpent)) return PHOTO_ERRORS.spent;
  const refusal = refusalOf(facebook, poster);
  if (refusal) return refusal;
  for (const photo of photos) photo.isSpent = true;
  const post = enter(facebook, poster, commit, {
    kind: "post",
    text,
    media: photos.map(({ media }) => media),
    facts: { attached: photos.map(({ id }) => id), link: null, title: "" },
    texts: [text],
  });
  return Response.json({ id: post.id });
}

/** A photo may be in one story; what is said of a second is not documented. */
function postStory(
  facebook: Facebook,
  poster: Poster,
  { parameters }: Call,
  commit: Commit,
): Response | GraphError {
  const photo = facebook.photos.get(parameters.get("photo_id") ?? "", poster.page.id);
  if (!photo) return badParameter("Param photo_id must be a photo of the page that is not published");
  if (photo.isSpent) return PHOTO_ERRORS.spent;
  const refusal = refusalOf(facebook, poster);
  if (refusal) return refusal;
  photo.isSpent = true;
  const post = enter(facebook, poster, commit, {
    kind: "story",
    text: "",
    media: [photo.media],
    facts: { attached: [photo.id], link: null, title: "", mediaId: photo.id },
    texts: [photo.media.sha256, poster.person.username],
  });
  return Response.json({ success: true, post_id: post.id });
}

/** The photos of `attached_media[0]={"media_fbid":"…"}`, in their order. */
function idsIn(parameters: URLSearchParams): string[] {
  return [...parameters].flatMap(([name, value]) => {
    if (!/^attached_media\[\d+\]$/.test(name)) return [];
    const [, id] = /"media_fbid"\s*:\s*"?(\d+)"?/.exec(value) ?? [];
    return [id ?? ""];
  });
}

/** The hashes of photos that are there, for rules. */
function hashesOf({ photos }: Facebook, page: string, ids: readonly string[]): string[] {
  return ids.flatMap((id) => photos.get(id, page)?.media.sha256 ?? []);
}
