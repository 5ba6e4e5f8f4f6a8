/** The Graph API as Instagram speaks it. */
import { graphDialect } from "../graph/dialect.ts";
import { meaningOf } from "./codes.ts";
import { graphOf } from "./login.ts";

export const instagramGraph = graphDialect({ name: "Instagram", meaningOf, graphOf });
export const { askForTokens, askGraph, failureOf, graphCall, recreateAfterOf, tokensIn } = instagramGraph;
