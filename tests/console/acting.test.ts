/** Acting in a browser: what it would come to is read first, who may does it, and what goes on can be stopped. */
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { findings, takeAxe } from "../browser/axe.ts";
import { pageTest } from "../browser/in_browser.ts";
import { enterAs } from "../browser/sign_in.ts";
import type { ConsoleWorld } from "./console_world.ts";
import { startMachineryWorld } from "./machinery_world.ts";

pageTest("lanes are paused, failures done again and jobs cancelled from one dialog", async (browser, t) => {
  const world = await startMachineryWorld();
  try {
    const { sql, url, people: { admin, support } } = world;
    await fail(world, "image", "kie", "provider_down", 12);
    await fail(world, "image", "kie", "content_moderation", 130);
    // Runs are worked on when this test says so.
    await sql`select cron.alter_job(jobid, active => false) from cron.job where jobname = 'esteira-acts'`;
    const { tab } = await enterAs(browser, url, admin, { path: "#/", reducedMotion: "reduce" });
    const { page } = tab;
    const dialog = page.getByRole("dialog");

    await t.step("a lane is paused for a reason, and says so", async () => {
      await page.getByRole("button", { name: "Pausar a fila kie" }).click();
      const pause = dialog.getByRole("button", { name: "Pausar", exact: true });
      await dialog.getByText("Pode ser feito.").waitFor();
      assert.ok(await pause.isDisabled(), "not without a reason");
      await dialog.getByLabel("Por quanto tempo").selectOption({ label: "1 hora" });
      await dialog.getByLabel("Motivo").fill("KIE está fora");
      await isClean(page);
      await dialog.getByLabel("Motivo").press("Enter");
      await dialog.getByText("Feito.").waitFor();
      await dialog.locator("footer").getByRole("button", { name: "Fechar" }).click();
      await page.getByText(/Pausada até .*: KIE está fora/).waitFor();
      const [lane] = await sql`
        select paused_until between now() + '55 minutes' and now() + '1 hour' as is_so from private.lanes where lane = 'kie'`;
      assert.equal(lane?.["is_so"], true);
    });

    await t.step("and goes on when somebody resumes it", async () => {
      await page.getByRole("button", { name: "Retomar a fila kie" }).click();
      await dialog.getByRole("button", { name: "Retomar", exact: true }).click();
      await dialog.getByText("Feito.").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Pausar a fila kie" }).waitFor();
      await page.getByText("Nenhum job está parado").waitFor();
      await isClean(page);
    });

    await t.step("what failed alike is done again, after what it costs was read", async () => {
      await page.goto(`${url}/#/failures`);
      const row = rowOf(page, "provider_down");
      assert.match((await row.innerText()).replaceAll("\n", " "), /kie · .*\b12\b/);
      await isClean(page);
      await row.getByRole("button", { name: /^Reprocessar 12/ }).click();
      await dialog.getByText("12 jobs").waitFor();
      await dialog.getByText("Créditos cobrados").waitFor();
      assert.equal((await retried(world)).length, 0, "nothing is done before one says so");
      await dialog.getByLabel("Motivo (se quiser)").fill("KIE voltou");
      await dialog.getByRole("button", { name: "Reprocessar: 12" }).click();
      await dialog.getByText("12 de 12").waitFor();
      assert.equal((await retried(world)).length, 12);
      await isClean(page);
      await page.keyboard.press("Escape");
      await row.getByText("nada a reprocessar").waitFor();
      const [act] = await sql`select action, filter, reason from ops.audit order by audit_id desc limit 1`;
      const { ended_from, ...filter } = act!["filter"];
      assert.deepEqual({ ...act, filter }, {
        action: "redrive",
        filter: { lane: "kie", error_code: "provider_down", failed_step: "running", limit: 12 },
        reason: "KIE voltou",
      });
      const lookedBackMs = Date.now() - Date.parse(ended_from);
      assert.ok(
        Math.abs(lookedBackMs - 86_400_000) < 600_000,
        "what is older than the screen shows is left alone",
      );
    });

    await t.step("what is many goes on in the background, and is stopped and taken up again", async () => {
      const row = rowOf(page, "content_moderation");
      await row.getByRole("button", { name: /^Reprocessar 130/ }).click();
      await dialog.getByText("São mais de cem").waitFor();
      await dialog.getByRole("button", { name: "Reprocessar: 130" }).click();
      await dialog.getByText("0 de 130").waitFor();
      await dialog.getByRole("button", { name: "Parar" }).click();
      await dialog.getByRole("button", { name: "Continuar" }).waitFor();
      await dialog.getByRole("link", { name: "Ver esta ação em massa" }).click();
      await page.getByRole("heading", { name: "Reprocessar", level: 1 }).waitFor();
      await page.getByText("Parada").waitFor();
      await page.getByRole("button", { name: "Continuar" }).click();
      await page.getByText("Em curso").waitFor();
      await sql`select private.work_runs()`;
      await page.getByText(/[1-9]\d* feitos/).waitFor();
      await isClean(page);
      await page.goto(`${url}/#/runs`);
      await rowOf(page, "content_moderation").getByText(/\d+\/130/).waitFor();
      await isClean(page);
    });

    await t.step("what cannot be taken back is asked for with the number in words", async () => {
      const [job] = await sql`select id from public.jobs where status = 'pending' order by id desc limit 1`;
      await page.goto(`${url}/#/jobs/${job?.["id"]}`);
      await page.locator(".page-actions").getByRole("button", { name: /Cancelar/ }).click();
      await dialog.getByText("1 job").waitFor();
      const cancel = dialog.getByRole("button", { name: "Cancelar jobs: 1" });
      await dialog.getByLabel("Motivo").fill("Ela pediu");
      await dialog.getByLabel(/por extenso/).fill("1");
      assert.ok(await cancel.isDisabled(), "digits are typed unread");
      await dialog.getByLabel(/por extenso/).fill("UM");
      await isClean(page);
      await cancel.click();
      await dialog.getByText("1 de 1").waitFor();
      await page.keyboard.press("Escape");
      const [{ status } = {}] = await sql`select status from public.jobs where id = ${job?.["id"]}`;
      assert.equal(status, "cancelled");
    });

    await t.step("on a phone nothing is wider than the window", async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      for (const path of ["", "failures", "runs"]) {
        await page.goto(`${url}/#/${path}`);
        await page.locator(".table-body .table-row").first().waitFor();
        assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true, path);
        await isClean(page);
      }
    });

    await t.step("support sees all of it, and is offered what support may do", async () => {
      const { tab: { page } } = await enterAs(browser, url, support, { path: "#/", locale: "en-US" });
      await page.getByRole("table", { name: "Lanes" }).getByText("kie", { exact: true }).waitFor();
      assert.equal(await page.getByRole("button", { name: /^(Pause|Resume) lane/ }).count(), 0);
      await page.goto(`${url}/#/failures`);
      await rowOf(page, "content_moderation").getByText(/to redrive/).waitFor();
      assert.equal(await page.getByRole("button", { name: /^Redrive/ }).count(), 0);
    });
  } finally {
    await world.close();
  }
});

/** Jobs of somebody who can pay for them again, failed just now. */
async function fail(
  { sql, people }: ConsoleWorld,
  tool: string,
  lane: string,
  code: string,
  count: number,
) {
  const userId = people.stranger.userId;
  await sql`select ops.grant_credits(${userId}, 1000, 'a test')`;
  await sql`
    insert into public.jobs (user_id, tool, lane, status, current_step, failed_at_step, ticket, input, created_at, completed_at,
      error_code, error_message)
    select ${userId}, ${tool}, ${lane}, 'failed', 'failed', 'running', n, '{"prompt": "a lighthouse"}', now() - interval '2 minutes',
      now() - interval '1 minute', ${code}, 'It did not work.'
    from generate_series(1, ${count}::integer) n`;
}

async function retried({ sql }: ConsoleWorld) {
  return await sql`select id from public.jobs where retried_from is not null`;
}

function rowOf(page: Page, text: string): Locator {
  return page.getByRole("row").filter({ hasText: text });
}

async function isClean(page: Page): Promise<void> {
  await takeAxe(page);
  assert.deepEqual(await findings(page), []);
}
