// Stands beside the peers' package.json, because a bare name is looked up from the file that imports it.

/** Imports an installed peer by name. */
export const load = (name) => import(name);
