/** `npm run deploy -- --project-ref <ref>`: brings this release to a hosted project, step by step (docs/deploying.md). */
import { exitCleanly, type Holder } from "../program/exit.ts";
import { type Access, readAccess } from "./access.ts";
import { check, isWell, toldLines } from "./check.ts";
import { makeCli } from "./cli.ts";
import { type DeployCommand, DeployUsage, parseDeploy } from "./deploy_command.ts";
import { DeployError, toldFailure } from "./deploy_error.ts";
import { ManagementApi } from "./management_api.ts";
import { follow, plan, StepFailure, toldPlan } from "./plan.ts";
import { readRelease } from "./release.ts";
import type { Deployment } from "./step.ts";

/** Deploys. Returns the exit code: 0, all is well; 1, something is not. */
async function deploy(command: DeployCommand, holder: Holder): Promise<number> {
  const access = await inStep("login", readAccess);
  const deployment = await prepare(command, access, holder);
  const planned = await plan(deployment);
  const open = planned.filter(({ standing }) => standing.is === "to do");
  console.log(`Project ${command.ref}, release ${deployment.release.version}:\n\n${toldPlan(planned)}\n`);
  if (command.dryRun) {
    console.log(open.length > 0 ? "A dry run: nothing was changed." : "There is nothing to do.");
    return 0;
  }
  if (open.length > 0 && !command.yes) await inStep("confirmation", () => confirmed(open.length));
  const { changed, stands } = await follow(
    deployment,
    planned,
    (line) => console.log(line),
  );
  console.log(`\nselect * from ops.setup_check():\n`);
  const lines = await inStep("check", () => check(deployment, changed > 0), stands);
  console.log(toldLines(lines));
  return isWell(lines) ? 0 : 1;
}

async function prepare(command: DeployCommand, access: Access, holder: Holder): Promise<Deployment> {
  return {
    command,
    api: new ManagementApi(access, command.ref),
    cli: makeCli(access.token, holder),
    release: await readRelease(),
    projectUrl: command.projectUrl ?? `https://${command.ref}.${access.projectHost}`,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** Asks whoever sits there. Without anybody, nothing is changed. */
function confirmed(count: number): Promise<void> {
  const isThere = Deno.stdin.isTerminal();
  if (isThere && confirm(count === 1 ? "Do the step?" : `Do the ${count} steps?`)) return Promise.resolve();
  throw new DeployError(
    "not_confirmed",
    isThere ? "It was declined." : "Nobody is there to be asked.",
    "Run this again with --yes to have it done without being asked.",
  );
}

async function inStep<T>(name: string, work: () => Promise<T>, stands: readonly string[] = []): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DeployError ? new StepFailure(name, error, stands) : error;
  }
}

if (import.meta.main) {
  await exitCleanly(async (holder) => {
    try {
      return await deploy(parseDeploy(Deno.args), holder);
    } catch (error) {
      if (error instanceof DeployUsage) {
        console.error(error.message);
        return 2;
      }
      if (!(error instanceof StepFailure)) throw error;
      console.error(`\n${toldFailure(error.cause, error.step, error.stands)}`);
      return 1;
    }
  });
}
