/** The operations of the function `events`. */
import { z } from "zod";
import { streamQuery, ticketResponse } from "../requests/requests_events.ts";
import type { Operation } from "./operation.ts";

export const EVENTS_OPERATIONS: readonly Operation[] = [
  {
    id: "streamEvents",
    function: "events",
    method: "get",
    path: "/stream",
    summary: "Hear of your jobs, models and projects as they change",
    description:
      "Server-sent events; the `data` of each is JSON with a `type`. A stream ends by itself within a minute: go on with " +
      "the header `Last-Event-ID`, as `EventSource` does. See docs/events.md.",
    access: "user or ticket",
    query: streamQuery,
    answer: {
      status: 200,
      schema: z.string(),
      type: "text/event-stream",
      description: "Events, for up to a minute",
    },
    errors: ["not_found", "lane_not_found", "too_many_streams"],
  },
  {
    id: "createTicket",
    function: "events",
    method: "post",
    path: "/ticket",
    summary: "Get an address of your stream for `EventSource`, which sends no headers",
    access: "user",
    answer: {
      status: 201,
      schema: ticketResponse,
      description: "A ticket that reads your streams, for an hour at the most",
    },
    errors: ["forbidden"],
  },
];
