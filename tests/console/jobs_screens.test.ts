/** The list of jobs and the page of one, in a browser: everything is found, told why, and acted on, by who may. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { findings, takeAxe } from "../browser/axe.ts";
import { pageTest } from "../browser/in_browser.ts";
import { enterAs } from "../browser/sign_in.ts";
import { SEED, startJobsWorld } from "./jobs_world.ts";

pageTest(
  "a job is found by anything, told why it stands where it stands, and done again",
  async (browser, t) => {
    const world = await startJobsWorld();
    try {
      const { sql, url, failed, people: { admin, support, stranger } } = world;
      const { tab } = await enterAs(browser, url, admin, { path: "#/jobs", reducedMotion: "reduce" });
      const { page } = tab;
      const list = page.getByRole("table", { name: "Jobs" });
      const panel = (name: string) => page.getByRole("region", { name, exact: true });
      const search = async (label: string, value: string) => {
        await page.getByLabel(label, { exact: true }).fill(value);
        await page.keyboard.press("Enter");
      };

      await t.step("by a text as it is typed, of which the address can be sent to somebody", async () => {
        await list.getByRole("row").nth(5).waitFor();
        await search("Texto livre", "100%_CERTO");
        await page.waitForURL(/text=100%25_CERTO/);
        await page.getByText("1 encontrado.").waitFor();
        await page.getByText("São todos.").waitFor();
        const { tab: other } = await enterAs(browser, url, admin, { path: new URL(page.url()).hash });
        await other.page.getByText("1 encontrado.").waitFor();
        assert.equal(await other.page.getByLabel("Texto livre").inputValue(), "100%_CERTO");
        await other.page.context().close();
      });

      await t.step("by a path, which is told at its field when it is none", async () => {
        await page.getByRole("button", { name: "Limpar filtros" }).click();
        await search("Caminho JSON", "$.input[");
        await page.getByRole("alert").getByText("This is no JSON path").waitFor();
        tab.forgive(); // the refusal is in the browser's log
        await search("Caminho JSON", `$.input.seed == ${SEED}`);
        await page.getByText("1 encontrado.").waitFor();
      });

      await t.step("by a view of one's own, which stays", async () => {
        await page.getByRole("button", { name: "Salvar visão" }).click();
        await page.keyboard.type("Minha semente");
        await page.keyboard.press("Enter");
        await page.getByRole("link", { name: "Todos", exact: true }).click();
        await page.waitForURL(/#\/jobs$/);
        await page.reload();
        await page.getByRole("link", { name: "Minha semente" }).click();
        await page.getByText("1 encontrado.").waitFor();
      });

      await t.step("what is selected is acted on, or all that the filter finds", async () => {
        await page.goto(`${url}/#/jobs?status=failed&is_retry=false`);
        const boxes = list.locator(".table-check input");
        await boxes.nth(1).waitFor();
        await boxes.nth(0).check();
        await boxes.nth(1).check();
        const bar = page.locator(".selection-bar");
        await bar.getByText("2 selecionados").waitFor();
        await bar.getByRole("button", { name: "Selecionar todos os do filtro" }).click();
        await bar.getByRole("button", { name: "Refazer", exact: true }).click();
        const [row] = await sql`
        select count(*)::integer as count from public.jobs where status = 'failed' and retried_from is null`;
        const dialog = page.getByRole("dialog");
        await dialog.getByText(new RegExp(`de ${row?.["count"]} `)).waitFor();
        await page.keyboard.press("Escape");
      });

      await t.step("by the keyboard alone one comes to the page of one", async () => {
        await page.goto(`${url}/#/jobs?job_ids=${failed}`);
        await list.getByRole("row").nth(1).waitFor();
        await list.focus();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.waitForURL(new RegExp(`/jobs/${failed}`));
      });

      await t.step(
        "which says first why, who ends it and what to do, and what it is not when it is asked",
        async () => {
          const why = panel("Por que está assim");
          await why.getByText("Em termos técnicos").waitFor();
          await why.getByText("O dono do job").waitFor();
          const ruledOut = why.getByText(/^Descartado: \d+ causas/);
          assert.equal(await why.getByText("credits_drift").isVisible(), false);
          await ruledOut.click();
          await why.getByText("credits_drift").waitFor();
        },
      );

      await t.step("where its time went, in bars and as a table", async () => {
        const time = panel("Para onde foi o tempo");
        assert.equal(await time.locator(".gantt-lane").count(), 2);
        await time.getByText("Como tabela").click();
        const rows = await time.getByRole("row").allInnerTexts();
        for (const part of [/^1\s+Fila/, /^1\s+Provedor/, /^2\s+Entrega ao provedor/, /^2\s+Provedor/]) {
          assert.ok(rows.some((row) => part.test(row)), rows.join("\n"));
        }
      });

      await t.step("its payloads to the last digit", async () => {
        await page.getByRole("button", { name: "Mostrar o conteúdo bruto" }).click();
        await panel("Conteúdo bruto").getByText(`"seed": ${SEED}`).waitFor();
      });

      await t.step("and what was known of it at another moment, which is in the address", async () => {
        const [row] =
          await sql`select created_at + interval '1 millisecond' as at from public.jobs where id = ${failed}`;
        await page.goto(`${url}/#/jobs/${failed}?as_of=${row?.["at"].toISOString()}`);
        await panel("Por que está assim").getByText("was_", { exact: false }).first().waitFor();
        await panel("Por que está assim").getByRole("button", { name: "Agora" }).click();
        await page.waitForURL(new RegExp(`/jobs/${failed}$`));
      });

      await t.step("it is done again, once, and leads to the one that does", async () => {
        await page.getByRole("button", { name: "Refazer", exact: true }).click();
        await page.getByRole("dialog").getByRole("button", { name: /Refazer: 1/ }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Fechar" }).first().click();
        await panel("Dados").getByText("Refeito como").waitFor();
        assert.equal(await page.getByRole("button", { name: "Refazer", exact: true }).count(), 0);
        const [again] = await sql`select id from public.jobs where retried_from = ${failed}`;
        await panel("Dados").getByRole("link", { name: again?.["id"] }).click();
        await panel("Dados").getByRole("link", { name: failed }).waitFor();
      });

      await t.step("axe finds nothing, and on a phone nothing goes beyond its edge", async () => {
        await takeAxe(page);
        for (const path of ["jobs", "jobs?status=failed&has_retry=false", `jobs/${failed}`]) {
          for (const [width, height] of [[1360, 900], [390, 844]] as const) {
            await page.setViewportSize({ width, height });
            await page.goto(`${url}/#/${path}`);
            await page.locator("main h1").waitFor();
            await page.waitForLoadState("networkidle").catch(() => {});
            await page.evaluate(
              "document.querySelectorAll('main details').forEach((part) => part.open = true)",
            );
            assert.deepEqual(await findings(page), [], `${path} at ${width}`);
            assert.equal(await overflow(page), 0, `${path} at ${width}`);
          }
        }
      });
      assert.deepEqual(tab.problems, []);

      await t.step("support finds by no payload, and sees none", async () => {
        const { tab: theirs } = await enterAs(browser, url, support, { path: "#/jobs?text=um%20segredo" });
        await theirs.page.getByText("Nenhum job com esses filtros.").waitFor({ timeout: 20_000 });
        await theirs.page.goto(`${url}/#/jobs?path=$.input.seed%20==%20${SEED}&user_id=${stranger.userId}`);
        await theirs.page.getByText("Nenhum job com esses filtros.").waitFor();
        await theirs.page.goto(`${url}/#/jobs/${failed}`);
        await theirs.page.getByRole("button", { name: "Mostrar o conteúdo bruto" }).click();
        await theirs.page.getByText('"prompt": "•••"').waitFor();
        assert.doesNotMatch(await theirs.page.locator("main").innerText(), /segredo/);
        assert.equal(await theirs.page.getByRole("button", { name: "Mais ações" }).count(), 0);
        assert.deepEqual(theirs.problems, []);
      });

      await t.step("whoever is no operator is shown why, and no job", async () => {
        const context = await browser.newContext({ locale: "pt-BR" });
        const theirs = await context.newPage();
        await theirs.goto(`${url}/#/jobs/${failed}`);
        await theirs.locator("input[type=email]").fill(stranger.email);
        await theirs.locator("input[type=password]").fill(stranger.password);
        await theirs.locator("form button[type=submit]").click();
        await theirs.getByText("stranger@example.com").first().waitFor();
        assert.equal(await theirs.locator(".shell").count(), 0);
        const { error } = await stranger.client.schema("ops_api" as never).rpc("find_jobs" as never);
        assert.equal((error as { details?: string } | null)?.details, "not_an_operator");
      });
    } finally {
      await world.close();
    }
  },
);

/** By how many pixels the page is wider than the window. */
async function overflow(page: Page): Promise<number> {
  return await page.evaluate<number>(
    "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth",
  );
}
