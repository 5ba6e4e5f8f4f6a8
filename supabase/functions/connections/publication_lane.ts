/** Where publications run: when a connection is good again, what waits for it goes on. */
export const PUBLICATION_LANE = "publication";
