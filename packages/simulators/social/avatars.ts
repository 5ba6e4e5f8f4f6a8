/** Pictures of people, so that whoever shows them has something to show. */
import type { Hono } from "hono";

/** Adds `GET <folder>/<id>.svg`. */
export function addAvatars(app: Hono, folder: string): void {
  app.get(`${folder}/:file`, (c) => {
    const digits = c.req.param("file").replaceAll(/\D/g, "");
    const hue = Number(digits.slice(-6)) * 137 % 360;
    const picture =
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" ` +
      `fill="hsl(${hue} 45% 45%)"/><circle cx="24" cy="18" r="8" fill="#fff"/><path d="M8 44a16 14 0 0 1 32 0z" fill="#fff"/></svg>`;
    return c.body(picture, 200, { "content-type": "image/svg+xml", "cache-control": "max-age=3600" });
  });
}
