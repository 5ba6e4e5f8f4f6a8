import { play } from "./testing/fake_play.ts";
const [moves, seed, shareTabs] = JSON.parse(Deno.env.get("PLAY") ?? "[[],0,false]");
Deno.test("replay", async () => {
  await play(moves, { seed, shareTabs, log: (line) => console.log(line) });
});
