/** The Graph API as Threads speaks it. */
import { graphDialect } from "../graph/dialect.ts";
import { graphOf } from "./address.ts";
import { meaningOf } from "./codes.ts";

export const threadsGraph = graphDialect({ name: "Threads", meaningOf, graphOf });
export const { askForTokens, askGraph, failureOf, graphCall, recreateAfterOf, tokensIn } = threadsGraph;
