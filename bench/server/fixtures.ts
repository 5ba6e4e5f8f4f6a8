/** What Esteira's databases hold before a measure begins: users with credits, and two lanes with a tool each. */

/** Users, all of them with more credits than they can spend. */
export const USERS = 1000;
/** Slots of each lane: more than there are connections at work, few enough to count at each create. */
export const SLOTS = 50;
/** Lane and tool whose results come by webhook; the tool takes no files, so nothing is looked up in Storage. */
export const WEBHOOK_LANE = "bench";
/** Lane and tool whose submit call answers with the result. */
export const SYNC_LANE = "bench_sync";

/** The id of user `index`, which may be any whole number from zero. */
export function userId(index: number): string {
  return `00000000-0000-4000-8000-${String(index % USERS).padStart(12, "0")}`;
}

/** SQL that makes the users. */
export const USER_ROWS = `
insert into auth.users (id, email)
select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, i || '@bench.test' from generate_series(0, ${USERS} - 1) i;
`;

/** SQL that makes the fixtures in a database with Esteira's migrations. */
export const FIXTURES = `
${USER_ROWS}
select ops.grant_credits(p_user_id => id, p_amount => 1000000) from auth.users;
select vault.create_secret('0123456789abcdef0123456789abcdef', 'bench');
${lane(WEBHOOK_LANE, "webhook")}
${lane(SYNC_LANE, "sync")}
`;

function lane(name: string, delivery: string): string {
  return `
select private.create_lane(p_lane => '${name}', p_provider => 'bench', p_delivery => '${delivery}');
select ops.add_account(p_lane => '${name}', p_name => 'bench', p_secret_name => 'bench', p_capacity => ${SLOTS});
insert into public.tools (tool, lane, titles, credit_cost) values ('${name}', '${name}', '{"en": "Benchmark"}', 1);`;
}
