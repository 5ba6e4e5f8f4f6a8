/** What each move does. */
import { drain } from "./fake_clock.ts";
import type { Move } from "./fake_moves.ts";
import type { Shown, Stage } from "./fake_stage.ts";

/** Makes a move. */
export async function make(move: Move, stage: Stage): Promise<void> {
  const { project } = stage;
  const { clock, realtime, auth } = project;
  const shown = "tab" in move ? stage.shown[move.tab] ?? null : null;
  switch (move.move) {
    case "commit":
      return stage.commit(move.user, move.row, move.delivery);
    case "pass":
      return await clock.pass(move.ms);
    case "sleep":
      await drain();
      return clock.sleep(move.ms);
    case "open":
      return shown ? undefined : await stage.open(move.tab);
    case "offline":
    case "online":
      return stage.each(({ tab }) => tab.tell(move.move as "offline" | "online"));
    case "network-down":
    case "network-up":
      return stage.each(({ tab }) => tab.network.isUp = move.move === "network-up");
    case "restart":
      return realtime.restart();
    case "project-down":
      project.isUp = false;
      return realtime.restart();
    case "project-up":
      project.isUp = true;
      return;
    case "break":
    case "mend":
      project.isBroken = move.move === "break";
      return;
    case "revoke":
      return auth.revoke(move.user);
    case "forget":
      return realtime.forget(`jobs:${move.user}`);
    case "expel":
      return realtime.expel(`jobs:${move.user}`);
    case "refuse":
      realtime.refused.add(`jobs:${move.user}`);
      return realtime.expel(`jobs:${move.user}`);
    case "allow":
      return void realtime.refused.delete(`jobs:${move.user}`);
  }
  if (shown) await makeOfTab(move, shown, stage);
}

async function makeOfTab(move: Move & { tab: number }, shown: Shown, stage: Stage): Promise<void> {
  const { tab, screen } = shown;
  switch (move.move) {
    case "cut":
      for (const socket of [...tab.sockets]) (socket as { cut(): void }).cut();
      return;
    case "half-open":
      for (const socket of tab.sockets) socket.isHalfOpen = true;
      return;
    case "hide":
      await drain();
      return tab.tell("hidden");
    case "show":
      return tab.tell("visible");
    case "freeze":
      tab.page.isFrozen = true;
      return;
    case "thaw":
      tab.page.isFrozen = false;
      return;
    case "close":
      stage.shown[move.tab] = null;
      return tab.close();
    case "release":
      tab.run(screen.release);
      shown.isHeld = false;
      return;
    case "hold":
      return stage.hold(shown);
    case "retry":
      return tab.run(() => tab.link.connection.retry());
    case "remove-channels":
      return void tab.run(() => tab.supabase.removeAllChannels());
    case "sign-out":
      return tab.page.isFrozen ? undefined : await tab.signOut();
    case "sign-in":
      stage.project.auth.lifetime = move.lifetime;
      if (!tab.page.isFrozen && tab.network.isUp && stage.project.isUp) await tab.signIn(move.user);
      stage.project.auth.lifetime = 3_600;
  }
}

/** Makes all well again: what remains is for the clients to find out. `leavesBehind`: pages that are frozen or hidden stay so. */
export async function makeWell(stage: Stage, leavesBehind: boolean): Promise<void> {
  const { project } = stage;
  project.isUp = true;
  project.isBroken = false;
  project.realtime.refused.clear();
  stage.each(({ tab }) => {
    if (!leavesBehind) {
      tab.page.isFrozen = false;
      if (!tab.isVisible) tab.tell("visible");
    }
    if (!tab.isOnline) tab.tell("online");
    tab.network.isUp = true;
  });
  await project.clock.pass(0);
  stage.each((shown) => stage.hold(shown));
}
