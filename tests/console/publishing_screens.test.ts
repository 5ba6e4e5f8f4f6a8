/** The screens of publishing, in a browser: what goes out when, what nobody knows, how it goes, and by which accounts. */
import assert from "node:assert/strict";
import { findings, takeAxe } from "../browser/axe.ts";
import { longPageTest } from "../browser/in_browser.ts";
import { enterAs } from "../browser/sign_in.ts";
import { startMachineryWorld } from "./machinery_world.ts";
import { publishSome } from "./publishing_world.ts";

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

longPageTest(
  "operators see what is published when, and say of what nobody knows what they saw",
  async (browser, t) => {
    const world = await startMachineryWorld();
    try {
      const { sql, url, people: { admin, support, stranger } } = world;
      const { ids, yesterday, tomorrow, connection } = await publishSome(sql, stranger);
      const options = { reducedMotion: "reduce", timezoneId: "America/Sao_Paulo" } as const;
      const week = `#/publications?span=week&day=${dayOf(yesterday)}`;
      const { tab: { page } } = await enterAs(browser, url, admin, { path: week, ...options });
      const go = (path: string) => page.goto(`${url}/${path}`);
      const findingsOf = async () => {
        await takeAxe(page);
        return await findings(page);
      };
      const row = (text: string) => page.getByRole("row").filter({ hasText: text });

      await t.step("each day has what was published on it, as the reader's clock has days", async () => {
        const post = page.getByRole("link", { name: /X · Post, Publicada, Loja/ });
        await post.waitFor();
        assert.match(
          await post.innerText(),
          /12:00/,
          "noon in São Paulo is three in the afternoon at Greenwich",
        );
        await page.getByText("Dias em America/Sao_Paulo").waitFor();
        await page.getByRole("link", { name: /Instagram · Feed, Falhou, Fotos/ }).waitFor();
        await go(`#/publications?day=${dayOf(tomorrow)}`);
        const later = page.getByRole("link", { name: /X · Post, Agendada, Loja/ });
        await later.waitFor();
        assert.ok((await later.getAttribute("href"))?.endsWith(ids.scheduled));
      });

      await t.step("filters are in the address, and so is a day that is opened", async () => {
        await go(week);
        await page.getByLabel("Estado").selectOption({ label: "Falhou" });
        await page.getByRole("link", { name: /Publicada/ }).waitFor({ state: "detached" });
        assert.match(page.url(), /state=failed/);
        await page.getByLabel("Usuário: e-mail ou id").fill("nobody@example.com");
        await page.keyboard.press("Enter");
        await page.getByRole("link", { name: /Falhou, Fotos/ }).waitFor({ state: "detached" });
        await go(`${week}&open=${dayOf(yesterday)}`);
        const day = page.getByRole("dialog");
        await day.getByText("media_refused").waitFor();
        assert.equal(
          await day.getByRole("link", { name: "X ↗" }).getAttribute("href"),
          "https://x.test/post-1",
        );
        assert.deepEqual(await findingsOf(), []);
        await page.keyboard.press("Escape");
        await day.waitFor({ state: "detached" });
      });

      await t.step("what was sent together is one row, with a column for each platform", async () => {
        await go("#/publications?view=groups");
        const group = row("Natal");
        await group.getByText("Em parte").waitFor();
        await group.getByRole("link", { name: /X · Post: Publicada/ }).waitFor();
        await group.getByRole("link", { name: /Instagram · Feed: Falhou media_refused/ }).waitFor();
        assert.deepEqual(await findingsOf(), []);
      });

      await t.step("who has looked says of a publication that it is there: its price is kept", async () => {
        await go("#/publications?view=unknown");
        await row("Sem resposta também").waitFor();
        assert.deepEqual(await findingsOf(), []);
        await row("Outra").getByRole("checkbox").check();
        await page.getByText("1 selecionada").waitFor();
        await page.getByRole("button", { name: "Está lá", exact: true }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel(/Motivo/).fill("Está no perfil");
        await dialog.getByLabel(/por extenso/).fill("um");
        await dialog.getByRole("button", { name: /^Resolver publicação/ }).click();
        await dialog.getByText("1 feito").waitFor();
        await page.keyboard.press("Escape");
        await row("Sem resposta também").waitFor();
        assert.equal(await row("Outra").count(), 0);
        const [told] =
          await sql`select resolved, resolved_how from public.publications where job_id = ${ids.unknown}`;
        assert.equal(told?.["resolved"], "there");
        const [job] = await sql`select refund from public.jobs where id = ${ids.unknown}`;
        assert.equal(job?.["refund"], "withheld");
      });

      // @acceptance 003:298
      await t.step(
        "the dashboard tells success, times, errors by code and dead letters, in all and by option and day",
        async () => {
          await go("#/publications?view=analytics&days=7");
          const told = page.getByRole("region", { name: "Como foi" });
          await told.getByText("66,7%").waitFor();
          assert.match(
            await told.innerText(),
            /2 de 3 decididas[^]*Mensagens mortas\s*1[^]*Tempo até sair, p50\s*20 s/,
          );
          assert.match(await row("X · Post").first().innerText(), /100%/);
          assert.match(await row("Instagram · Feed").first().innerText(), /0%/);
          await row("media_refused").getByRole("button", { name: /Reprocessar: media_refused/ }).waitFor();
          await page.locator(".uplot").nth(1).waitFor();
          const days = page.getByRole("table", { name: /Publicações que terminaram, por dia/ });
          assert.equal(await days.getByRole("row").count(), 8, "seven days and their head");
          assert.deepEqual(await findingsOf(), []);
        },
      );

      await t.step(
        "a connection is told without its tokens, paused with a reason, and let go on",
        async () => {
          await go(`#/connections?text=loja`);
          await row("Loja").getByRole("button", { name: "Pausar Loja" }).click();
          const dialog = page.getByRole("dialog");
          await dialog.getByLabel(/Motivo/).fill("O dono pediu");
          await dialog.getByRole("button", { name: /^Pausar/ }).click();
          await dialog.getByText("Feito.").waitFor();
          await page.keyboard.press("Escape");
          await row("Loja").getByText("Pausada").waitFor();
          const [held] =
            await sql`select state, state_message from public.connections where id = ${connection}`;
          assert.deepEqual({ ...held }, { state: "limited", state_message: "O dono pediu" });
          await row("Loja").getByRole("link", { name: /Loja/ }).click();
          await page.getByRole("dialog").getByText("tweet.write").waitFor();
          await page.getByRole("dialog").getByText("O dono pediu").waitFor();
          assert.deepEqual(await findingsOf(), []);
        },
      );

      await t.step("support sees all but what is said in it, and changes nothing", async () => {
        const phone = { viewport: { width: 390, height: 844 }, ...options };
        const { tab } = await enterAs(browser, url, support, {
          path: "#/publications?view=unknown",
          ...phone,
        });
        await tab.page.getByText("Só administradores dizem o que viram.").waitFor();
        await tab.page.getByText("•••").first().waitFor();
        assert.equal(await tab.page.getByRole("checkbox").count(), 0);
        for (
          const path of [week, "#/publications?view=groups", "#/publications?view=analytics", "#/connections"]
        ) {
          await tab.page.goto(`${url}/${path}`);
          await tab.page.getByText("Loja").or(tab.page.getByText("media_refused")).first().waitFor();
          const [wide] = await tab.page.evaluate(
            "[document.documentElement.scrollWidth - innerWidth]",
          ) as number[];
          assert.ok((wide ?? 1) <= 0, `${path} scrolls sideways by ${wide}`);
        }
        assert.equal(await tab.page.getByRole("button", { name: /^Pausar (X|Loja)$/ }).count(), 0);
      });
    } finally {
      await world.close();
    }
  },
);
