begin;
select plan(20);

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana'), tests.create_user('bia');
select tests.enable_echo(5);
update private.lanes set max_active_per_user = 1 where lane = 'echo';
insert into private.lane_paces (lane, holds, hold_mean, hold_sd, measured_at) values ('echo', 100, '1 minute', '1 second', '2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('ana', 'three');

select is((tests.reason('two')).code, 'user_limit', 'its user has enough going');
select is((tests.reason('two')).evidence, '{"limit": 1, "active": 1}', 'how much');
select ok((tests.reason('two')).expected_at between '2030-01-01 00:00:55Z' and '2030-01-01 00:01:05Z', 'when it starts, by how long one takes');
select ok((tests.reason('three')).expected_at between '2030-01-01 00:01:55Z' and '2030-01-01 00:02:05Z', 'and the next one after it');
select tests.later('5 minutes');
select is((tests.reason('two')).code, 'user_limit', 'a slot that is free beside it is no fault');
select is((select expected_at from ops.diagnose((tests.job('two')).id) where code = 'waiting_for_slot'), null,
  'and in the line nobody knows when its turn is');
select tests.later('2 hours');
select is((tests.reason('two')).code, 'user_limit', 'however long it takes, the lane has no backlog');
update private.lanes set max_active_per_user = 2 where lane = 'echo';
select is((tests.reason('two')).code, 'not_dispatched', 'one that may start is another matter');
select ops.pause_user(tests.user_id('ana'), 'a question about an invoice', '1 hour');
select is((tests.reason('two')).code, 'user_paused', 'one whose user is paused is not');
select ops.resume_user(tests.user_id('ana'));
select tests.cancel('two'), tests.cancel('three'), tests.submit('one'), tests.complete('one');

update private.lanes set max_active_per_user = null, rate_limit = 2, rate_window = '1 minute' where lane = 'echo';
select tests.create_job('ana', 'four'), tests.later('10 seconds'), tests.create_job('ana', 'five'), tests.create_job('ana', 'six'),
  tests.create_job('ana', 'seven');
select tests.create_job('ana', 'eight');
select is((tests.reason('six')).code, 'rate_limited_until', 'its lane has started enough');
select is((tests.reason('six')).evidence ->> 'rate_limit', '2');
select is((tests.reason('six')).expected_at, '2030-01-01 02:06:00Z', 'when the first of them is a minute old');
select is((tests.reason('seven')).expected_at, '2030-01-01 02:06:10Z', 'the next when the second is');
select is((tests.reason('eight')).expected_at, '2030-01-01 02:07:00Z', 'and then all again');
select tests.as_user('ana');
select is((select words ->> 'en' from public.jobs j, public.why(j.id) where j.idempotency_key = 'six' and rank = 1),
  'Only so many jobs of this kind may start in a short time. Yours starts by itself in about a minute. You can cancel it until then.');
select tests.reset();
select tests.later('51 seconds');
select is((tests.reason('six')).code, 'telemetry_stale', 'then it may start; but how fast the lane drains, nobody has measured');
update private.lane_paces set measured_at = private.now() where lane = 'echo';
select is((tests.reason('six')).code, 'waiting_for_slot', 'until somebody does');
select is((tests.reason('seven')).code, 'rate_limited_until', 'and the one behind it waits on');

update private.lanes set rate_limit = null, rate_window = null, max_active_per_user = 2 where lane = 'echo';
select is((tests.reason('six')).code, 'user_limit');
update private.lane_paces set measured_at = private.now() where lane = 'echo';
select tests.as_user('ana');
select is((select words ->> 'pt-BR' from public.jobs j, public.why(j.id) where j.idempotency_key = 'six' and rank = 1),
  'Você já tem o máximo de trabalhos desse tipo em andamento: 2. Este começa sozinho em cerca de um minuto, quando um deles terminar. Você pode cancelar um deles.');

select * from finish();
rollback;
