/** The screens of the machinery, in a browser: what is wrong is seen, and mended, by who may. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { findings, takeAxe } from "../browser/axe.ts";
import { longPageTest } from "../browser/in_browser.ts";
import { enterAs } from "../browser/sign_in.ts";
import type { ConsoleWorld } from "./console_world.ts";
import { startMachineryWorld } from "./machinery_world.ts";

longPageTest(
  "what is wrong with the machinery is seen on its screens, and mended there",
  async (browser, t) => {
    const world = await startMachineryWorld();
    try {
      const { sql, url, people: { admin, support } } = world;
      const { tab } = await enterAs(browser, url, admin, { path: "#/realtime", reducedMotion: "reduce" });
      const { page } = tab;
      const panel = (name: string | RegExp) => page.getByRole("region", { name });

      // @acceptance 002:603
      await t.step("how changes reach screens is told by channel and over time", async () => {
        const rates = page.getByRole("table", { name: "Taxa de entrega por canal" });
        await rates.getByText("ao vivo; também as abas").waitFor();
        const rows = await rates.getByRole("row").allInnerTexts();
        assert.ok(rows.some((row) => /^Socket[^]*93,8%/.test(row)), rows.join("\n"));
        assert.ok(rows.some((row) => /^Consulta periódica[^]*5%/.test(row)), rows.join("\n"));
        // What draws comes after the figures.
        await page.locator(".uplot").nth(2).waitFor();
        assert.equal(await page.locator(".uplot").count(), 3);
        await panel("Avisos engolidos").getByText("disk full").waitFor();
      });

      await t.step("a trigger that is gone comes first, and is made again when one says so", async () => {
        await sql`drop trigger jobs_broadcast_trigger on public.jobs`;
        const doctor = panel("O médico do tempo real");
        await doctor.getByRole("button", { name: "Verificar de novo" }).click();
        await doctor.getByText("The trigger is missing").waitFor();
        await doctor.getByRole("button", { name: "Reparar: jobs_broadcast_trigger" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByText("create or replace trigger jobs_broadcast_trigger").waitFor();
        assert.equal((await triggers(world)).length, 0, "nothing is done before one says so");
        await dialog.getByRole("button", { name: "Reparar" }).click();
        await dialog.getByText("The trigger is there").waitFor();
        assert.equal((await triggers(world)).length, 1);
        const [act] = await sql`select actor, action, filter from ops.audit order by audit_id desc limit 1`;
        assert.deepEqual({ ...act }, {
          actor: admin.userId,
          action: "repair",
          filter: { check: "jobs_broadcast_trigger" },
        });
        await page.keyboard.press("Escape");
      });

      await t.step("an alert that opens is seen without asking, and its rule is set", async () => {
        await page.goto(`${url}/#/alerts`);
        await panel("Abertos").getByText("Nenhum alerta aberto.").waitFor();
        await setAside(world);
        await sql`select private.alerts_tick()`;
        await panel("Abertos").getByText("Um job foi posto de lado").waitFor();
        await panel("Abertos").getByRole("link", { name: "Um job foi posto de lado" }).click();
        await page.getByRole("button", { name: "Ajustar: Um job foi posto de lado" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Abre a partir de").fill("0");
        await dialog.getByText("Um número inteiro, a partir de 1.").waitFor();
        await dialog.getByLabel("Abre a partir de").fill("5");
        await dialog.getByLabel("Motivo").fill("Um só não acorda ninguém");
        await dialog.getByRole("button", { name: "Salvar" }).click();
        await page.getByText("alterada").waitFor();
        const [rule] = await sql`select threshold from ops.alert_rules where name = 'A job was set aside'`;
        assert.equal(Number(rule?.["threshold"]), 5);
      });

      await t.step(
        "a part that is switched off says so and what has it run again; what was set aside is released",
        async () => {
          await sql`select cron.alter_job(jobid, active => false) from cron.job where jobname = 'esteira-acts'`;
          await page.goto(`${url}/#/schedules`);
          await page.getByRole("heading", { name: "esteira-acts" }).waitFor();
          await page.locator(".mend").getByText("cron.alter_job(jobid, active => true)").waitFor();
          await panel("Quarentena").getByText("a balance would pass its bound").waitFor();
          await panel("Quarentena").getByRole("row").nth(1).getByRole("checkbox").check();
          await panel("Quarentena").getByRole("button", { name: "Liberar 1" }).click();
          await page.getByRole("dialog").getByRole("button", { name: /^Liberar/ }).click();
          await page.keyboard.press("Escape");
          await panel("Quarentena").getByText("Nenhum job posto de lado.").waitFor();
        },
      );

      await t.step("the deployment is told line by line, and somebody is made an operator", async () => {
        await page.goto(`${url}/#/setup`);
        await panel("Segredos").getByText("alert_webhook_url", { exact: true }).waitFor();
        await panel("Segredos").getByText("ops.set_secret('alert_webhook_url'").waitFor();
        await page.getByRole("button", { name: "Novo operador" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("E-mail ou id do usuário").fill("stran");
        await dialog.getByRole("radio", { name: "stranger@example.com" }).check();
        await dialog.getByLabel("Papel").selectOption("support");
        await dialog.getByRole("button", { name: "Salvar" }).click();
        await panel("Operadores").getByText("stranger@example.com").waitFor();
      });

      await t.step("axe finds nothing, and on a phone nothing goes beyond its edge", async () => {
        await takeAxe(page);
        for (const path of ["realtime", "alerts", "alerts?view=rules", "schedules", "setup"]) {
          for (const [width, height] of [[1360, 900], [390, 844]] as const) {
            await page.setViewportSize({ width, height });
            await page.goto(`${url}/#/${path}`);
            await page.locator("main h1").waitFor();
            await page.waitForLoadState("networkidle").catch(() => {});
            assert.deepEqual(await findings(page), [], `${path} at ${width}`);
            assert.equal(await overflow(page), 0, `${path} at ${width}`);
          }
        }
      });
      assert.deepEqual(tab.problems, []);

      await t.step("support sees how things are, and is offered nothing that admins do", async () => {
        const { tab: theirs } = await enterAs(browser, url, support, { path: "#/realtime" });
        await theirs.page.getByRole("table", { name: "Taxa de entrega por canal" }).waitFor();
        await theirs.page.getByRole("region", { name: "O médico do tempo real" })
          .getByText("É para administradores.").waitFor();
        await theirs.page.goto(`${url}/#/alerts?view=rules`);
        await theirs.page.getByRole("table", { name: "Regras" }).getByText("Muitos jobs falham").waitFor();
        assert.equal(await theirs.page.getByRole("button", { name: /^Ajustar/ }).count(), 0);
        await theirs.page.goto(`${url}/#/setup`);
        await theirs.page.getByText("são para administradores").waitFor();
        assert.equal(await theirs.page.getByRole("button", { name: "Novo operador" }).count(), 0);
        assert.deepEqual(theirs.problems, []);
      });
    } finally {
      await world.close();
    }
  },
);

function triggers({ sql }: ConsoleWorld) {
  return sql`select from pg_trigger where tgname = 'jobs_broadcast_trigger'`;
}

/** A job that begins tomorrow, which a part could not do. */
async function setAside({ sql, people: { stranger } }: ConsoleWorld): Promise<void> {
  await sql`
    insert into private.quarantine (job_id, part, lane, sqlstate, error, since, last_at)
    select id, 'esteira-ask', lane, 'P0001', 'a balance would pass its bound', now(), now()
    from public.create_job(${stranger.userId}, 'image', ${sql.json({ prompt: "A lighthouse" })},
      p_run_at => now() + interval '1 day')`;
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`);
}
