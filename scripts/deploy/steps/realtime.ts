/** Realtime takes private channels alone: asked for, never done by itself, since the rest of an app may speak on public ones. */
import { z } from "zod";
import { done, left, type Step, toDo } from "../step.ts";

const PATH = "/config/realtime";
const config = z.object({ private_only: z.boolean().nullish() });

export const realtimeStep: Step = {
  name: "realtime",
  async look({ api, command }) {
    const found = await api.read(PATH, config);
    if (found?.private_only === true) return done("Realtime takes private channels alone.");
    if (command.privateOnly) return toDo("Close public channels, those of the rest of your app too.");
    return left(
      "Realtime takes public channels, on which strangers may speak. Close them with --private-only unless another " +
        "part of your app needs them (docs/deploying.md).",
    );
  },
  act: async ({ api }) => await api.change(PATH, { private_only: true }),
};
