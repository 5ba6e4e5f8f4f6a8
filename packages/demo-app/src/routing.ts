/** Where one is: the part of the address after `#`. A dozen lines do what a router would. */
import { useSyncExternalStore } from "react";

/** `#/upscale?job=1` is `{ path: "upscale", query: { job: "1" } }`. */
export interface Route {
  /** Without slashes at its ends; empty: the first page. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Reads the part after `#`. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  return {
    path: path.split("/").filter(Boolean).join("/"),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** What goes into an `href`. Parts that are empty are left out. */
export function hrefOf(
  path: string,
  query: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const rest = new URLSearchParams(given).toString();
  return `#/${path}${rest && `?${rest}`}`;
}

/** Goes there; `replace`: without a step that "back" would lead to. */
export function go(href: string, { replace = false } = {}): void {
  if (replace) location.replace(href);
  else location.hash = href;
}

/** The route of the page, and of the page after the next click. */
export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash, () => ""));
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}
