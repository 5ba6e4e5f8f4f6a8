/** Accounts, webhooks, credits and the audit in a browser: read by who may read, changed by who may, and exactly. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { findings, takeAxe } from "../browser/axe.ts";
import { longPageTest } from "../browser/in_browser.ts";
import { enterAs } from "../browser/sign_in.ts";
import { startConsoleWorld } from "./console_world.ts";

const JOBS = 600;
const SCREENS = ["accounts", "webhooks", "credits", "audit"];

longPageTest(
  "accounts, webhooks, credits and the audit are read and changed in the console",
  async (browser, t) => {
    const world = await startConsoleWorld(JOBS);
    try {
      const { sql, url, people: { admin, support } } = world;
      const { tab: { page } } = await enterAs(browser, url, admin, {
        path: "#/accounts",
        reducedMotion: "reduce",
      });
      const dialog = page.getByRole("dialog");
      const button = (name: string | RegExp) => page.getByRole("button", { name });
      // What is done has nothing left to submit.
      const done = async () => {
        await dialog.locator("button[type=submit]").waitFor({ state: "detached" });
        await dialog.getByRole("button", { name: "Fechar" }).last().click();
      };
      const lastAct = async () => {
        const [act] = await sql`select actor, action, filter, credits::text, reason from ops.audit
        order by audit_id desc limit 1`;
        return { ...act };
      };

      await t.step("an account is paused for a while, and its capacity set", async () => {
        const [busy] =
          await sql`select account_id as id, count(token)::integer as running, count(*)::integer as slots
        from private.slots group by 1 order by 2 desc limit 1`;
        await page.goto(`${url}/#/accounts?account=${busy?.id}`);
        await page.getByRole("table", { name: "Quem ocupa as vagas" }).getByRole("row").nth(busy?.running)
          .waitFor();
        await button("Pausar…").click();
        await dialog.getByLabel("Motivo").fill("Sem saldo");
        await dialog.locator("button[type=submit]").click();
        await done();
        await page.getByText(/^Pausa até .*: Sem saldo$/).first().waitFor();
        await button("Mudar a capacidade…").click();
        await dialog.locator("input[inputmode=numeric]").fill(String(busy?.slots + 1));
        await dialog.locator("button[type=submit]").click();
        await done();
        // How many run is the worker's affair: it goes on.
        await page.getByText(new RegExp(`^\\d+ / ${busy?.slots + 1}$`)).first().waitFor();
        const { action, filter } = await lastAct();
        assert.deepEqual({ action, filter }, {
          action: "set_capacity",
          filter: { account_id: busy?.id, capacity: busy?.slots + 1 },
        });
      });

      await t.step("a webhook is seen as it came, also when it comes meanwhile, and replayed", async () => {
        await page.goto(`${url}/#/webhooks`);
        await page.getByRole("row").nth(5).waitFor();
        const [job] = await sql`
        insert into private.webhook_events (provider, dedupe_key, user_id, job_id, attempt, verified_by, payload, verdict)
        select 'astria', 'new', j.user_id, j.id, a.attempt, 'token', '{"taskId": 18772652455669227539}', 'accepted'
        from public.jobs j join public.job_attempts a on a.job_id = j.id and a.finished_at is null
        where j.status = 'processing' limit 1 returning job_id as id`;
        await page.getByRole("row", { name: /astria/ }).first().getByRole("link").first().click();
        await dialog.getByText('"taskId": 18772652455669227539').waitFor();
        await button("Processar de novo…").click();
        await dialog.locator("button[type=submit]").click();
        await done();
        const { action, filter } = await lastAct();
        assert.deepEqual({ action, filter }, { action: "replay_webhook", filter: { job_id: job?.id } });
      });

      await t.step("refused ones are found, and each count has an address", async () => {
        await page.goto(`${url}/#/webhooks?refused=yes`);
        await page.getByRole("row").nth(1).getByRole("link").first().click();
        const address = page.url();
        assert.match(decodeURIComponent(address), /webhook=refusal:/);
        await page.goto("about:blank");
        await page.goto(address.replace("refused=yes&", ""));
        await dialog.getByText("Do que foi recusado só se guarda a contagem").waitFor();
        await page.keyboard.press("Escape");
      });

      await t.step(
        "credits are granted once, exactly, and stand on the statement and in the audit",
        async () => {
          const [user] = await sql`select u.id, u.email, a.balance::text from auth.users u
        join public.credit_accounts a on a.user_id = u.id where u.email like 'lia%' order by u.email limit 1`;
          await page.goto(`${url}/#/credits`);
          await page.getByLabel("Procurar um usuário").fill(user?.email);
          await page.getByRole("link", { name: user?.email }).click();
          await button("Dar créditos…").click();
          await dialog.getByLabel("Quantos créditos").fill("1.500");
          await dialog.getByLabel("Por quê").fill("Pela demora");
          await dialog.getByLabel(/extenso|palavras/i).fill("mil e quinhentos");
          await dialog.getByLabel("Referência").fill("pedido-7");
          await button("Dar 1.500 créditos").click();
          await dialog.getByRole("status").getByText(/1\.500 créditos dados/).waitFor();
          await done();
          await page.getByRole("row", { name: /\+1\.500.*pedido-7/ }).waitFor();
          assert.deepEqual(await lastAct(), {
            actor: admin.userId,
            action: "grant_credits",
            filter: { user_id: user?.id, amount: 1500, reference: "pedido-7" },
            credits: "-1500",
            reason: "Pela demora",
          });
          await sql`update public.credit_accounts set balance = 9007199254740993 where user_id = ${user?.id}`;
          await page.reload();
          await page.getByText("9.007.199.254.740.993").first().waitFor();
          await page.getByText(/^Não bate: anotado/).first().waitFor();
          await page.goto(`${url}/#/credits`);
          await button("Conferir agora").click();
          await page.getByText("1 problema").waitFor();
          await sql`update public.credit_accounts set balance = ${user?.balance}::bigint + 1500 where user_id = ${user?.id}`;
          await button("Conferir agora").click();
          await page.getByText("Tudo bate").waitFor();
          await page.goto(`${url}/#/audit?about=${user?.id}`);
          await page.getByRole("row", { name: /Dar créditos/ }).getByRole("link").first().click();
          await dialog.getByText("Pela demora").waitFor();
          await page.keyboard.press("Escape");
        },
      );

      await t.step(
        "support reads, with payloads masked, and what it crafts by hand changes nothing",
        async () => {
          const { tab } = await enterAs(browser, url, support, { path: "#/webhooks", locale: "en" });
          await tab.page.getByRole("row").nth(1).getByRole("link").first().click();
          await tab.page.getByText("For support only the shape is left").waitFor();
          assert.equal(await tab.page.getByRole("button", { name: /Process it again/ }).count(), 0);
          await tab.page.goto(`${url}/#/credits?user=${admin.userId}`);
          await tab.page.getByRole("heading", { name: "Statement" }).waitFor();
          assert.equal(await tab.page.getByRole("button", { name: /Grant|Pause…|Look now/ }).count(), 0);
          const { error } = await support.client.schema("ops_api" as never).rpc("grant_credits" as never, {
            p_user_id: support.userId,
            p_amount: 5,
            p_description: "mine",
            p_reference: "mine",
          } as never);
          assert.equal(error?.details, "not_an_operator");
          assert.equal(
            (await sql`select from public.credit_entries where user_id = ${support.userId}`).length,
            0,
          );
        },
      );

      await t.step("axe finds nothing, and nothing is wider than a phone", async () => {
        for (const screen of SCREENS) {
          await page.setViewportSize({ width: 1360, height: 900 });
          await page.goto(`${url}/#/${screen}`);
          await page.locator(".page h1").waitFor();
          assert.deepEqual(await found(page), [], screen);
          await page.setViewportSize({ width: 390, height: 844 });
          assert.deepEqual(await found(page), [], `${screen} on a phone`);
          assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390, screen);
        }
      });
    } finally {
      await world.close();
    }
  },
);

async function found(page: Page): Promise<string[]> {
  await takeAxe(page);
  return await findings(page);
}
