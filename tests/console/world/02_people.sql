-- Four hundred users, and connections of every state.
create table console_world.people as
select n, console_world.uuid(n, 'user') as id,
  console_world.pick(array['ana', 'bea', 'caio', 'davi', 'elis', 'fabio', 'gil', 'helena', 'iara', 'joao', 'lia',
    'maya',
    'nuno', 'olivia', 'paulo', 'rita', 'sara', 'tom', 'vera', 'yara'], n, 'first name') || '.' ||
  console_world.pick(array['alves', 'barros', 'costa', 'dias', 'farias', 'gomes', 'lima', 'melo', 'nunes', 'ramos',
    'silva',
    'souza'], n, 'last name') || '.' || n || '@example.com' as email
from generate_series(1, 400) n;
alter table console_world.people add primary key (n);

insert into auth.users (id, email, created_at, raw_app_meta_data, raw_user_meta_data)
select id, email, now() - interval '40 days' + n * interval '90 minutes', '{}', '{}' from console_world.people;

insert into private.user_pauses (user_id, paused_until, reason, paused_at)
select id, now() + interval '5 hours', 'Looks like a robot: being asked', now() - interval '1 hour'
from console_world.people where n in (7, 77);

create table console_world.connections as
select row_number() over (order by p.n, platform) as c, console_world.uuid(p.n, 'connection ' || platform) as id, p.n,
  p.id as user_id, platform
from console_world.people p,
  unnest(array['tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin']) platform
where p.n % 2 = 0 and console_world.chance(p.n, 'connects ' || platform) < 0.5;

insert into public.connections (id, user_id, platform, external_id, display_name, scopes, state, state_code,
  state_message, expires_at, held_until, checked_at, created_at, updated_at)
select c.id, c.user_id, c.platform, 'account-' || c.c, initcap(split_part(p.email, '.', 1)) || ' at ' || c.platform,
  array['read', 'publish'], s.state,
  case s.state when 'expiring' then 'access_expires' when 'reconnect_needed' then 'refresh_failed'
    when 'limited' then 'posting_limit' when 'revoked' then 'revoked_by_user' end,
  case s.state when 'reconnect_needed' then 'The platform no longer takes its access.' end,
  now() + case s.state when 'expiring' then interval '2 days' when 'reconnect_needed' then interval '-3 days'
    else interval '1 day' * (20 + c.c % 40) end,
  case s.state when 'limited' then now() + interval '6 hours' end,
  now() - interval '1 minute' * (c.c % 700), now() - interval '35 days', now() - interval '1 minute' * (c.c % 900)
from console_world.connections c join console_world.people p using (n),
  lateral (select (array['live', 'live', 'live', 'live', 'live', 'live', 'live', 'expiring', 'reconnect_needed',
    'limited', 'revoked', 'live'])[1 + c.c % 12] as state) s;
