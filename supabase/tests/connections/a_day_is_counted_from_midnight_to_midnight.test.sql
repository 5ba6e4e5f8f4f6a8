-- Limits by the day of a time zone: from its midnight to its midnight, however many hours that is.
begin;
select plan(25);

select tests.create_user('ana');
create temporary table made on commit drop as
select tests.connect_account('ana', 'youtube', 'UC1') as one, tests.connect_account('ana', 'youtube', 'UC2') as other,
  tests.connect_account('ana', 'linkedin', 'urn:li:person:1') as member;
update private.platforms set post_limit = 2, post_window = '1 day', post_zone = 'America/Los_Angeles' where platform = 'youtube';
update private.platforms set connection_post_limit = 2, connection_post_window = '24 hours', connection_post_zone = 'UTC' where platform = 'linkedin';
create function pg_temp.limit_of(p_id uuid) returns jsonb language sql as $$
  select private.posting_limit(c, private.now()) from public.connections c where c.id = p_id
$$;

-- The app's day, in California.
select tests.freeze('2030-01-15 20:00:00Z');
select is(private.pass_limits(one, '2030-01-15 20:00:00Z'), null, 'the first of a day goes out') from made;
select is(private.pass_limits(other, '2030-01-16 07:00:00Z'), null, 'the second too, an hour before midnight') from made;
select is(private.pass_limits(other, '2030-01-16 07:30:00Z'), '2030-01-16 08:00:10Z', 'the third waits for midnight there, and a margin') from made;
select is(private.connection_hold(one, '2030-01-16 07:59:00Z'), 'platform_paused', 'and so does everybody''s') from made;
select private.end_holds('2030-01-16 08:00:10Z');
select is(array(select private.pass_limits(one, '2030-01-16 08:00:10Z') is null from made, generate_series(1, 3)), '{t,t,f}', 'a new day has all of it, though the last ones are an hour old');
select private.end_holds('2031-01-01');

-- Days that have 23 and 25 hours.
select is(private.pass_limits(one, '2030-03-10 08:00:11Z'), null, 'the day on which clocks go forward') from made;
select is(private.pass_limits(one, '2030-03-10 08:00:12Z'), null, 'has its two') from made;
select is(private.pass_limits(one, '2030-03-11 06:30:00Z'), '2030-03-11 07:00:10Z', 'and ends after 23 hours') from made;
select private.end_holds('2030-03-12');
select is(private.pass_limits(one, '2030-11-03 07:00:11Z'), null, 'the day on which they go back') from made;
select is(private.pass_limits(one, '2030-11-03 07:00:12Z'), null, 'has no more') from made;
select is(private.pass_limits(one, '2030-11-04 07:30:00Z'), '2030-11-04 08:00:10Z', 'and ends after 25') from made;
select private.end_holds('2030-11-05');

-- Whose clock it is.
select is(private.pass_limits(one, '2030-12-02 07:59:55Z'), null, 'what goes out seconds before midnight') from made;
select is(array(select private.pass_limits(one, '2030-12-02 08:01:00Z') is null from made, generate_series(1, 2)), '{t,f}', 'may have come there after it, and counts for that day as well');
select is((select paused_until from private.platforms where platform = 'youtube'), '2030-12-03 08:00:10Z'::timestamptz, 'which is over a midnight later');
select private.end_holds('2030-12-04');

-- Places whose clocks skip midnight, or show it twice.
select is(private.midnight_after('America/Sao_Paulo', '2018-11-04 02:00:00Z'), '2018-11-04 03:00:00Z', 'where midnight is skipped, the day begins with one o''clock');
select is(private.midnight_after('America/Havana', '2020-11-01 03:00:00Z'), '2020-11-01 05:00:00Z', 'where it comes twice, nothing is let go by the first');

-- An account's day, at Greenwich; what is shown of it.
select tests.freeze('2030-01-15 22:00:00Z');
select is(private.pass_limits(member, '2030-01-15 21:00:00Z'), null, 'an account has its day too') from made;
select is(pg_temp.limit_of(member), '{"used": 1, "total": 2, "windowSeconds": 86400, "resetsAt": "2030-01-16T00:00:00+00:00", "source": "ours"}', 'and is shown what is left of it, and until when') from made;
select is(array(select private.pass_limits(member, '2030-01-15 22:00:00Z') from made, generate_series(1, 2)), array[null, '2030-01-16 00:00:10Z'::timestamptz], 'it ends with that of Greenwich');
select tests.freeze('2030-01-16 00:00:10Z'), private.end_holds('2030-01-16 00:00:10Z');
select is(pg_temp.limit_of(member) -> 'used', '0', 'a new day, and nothing is used') from made;
select worker.connection_checked(member, '{"used": 3, "total": 5, "windowSeconds": 86400, "resetsAt": null}', null) from made;
select is((tests.connection(member)).limits -> 'foreign', '3', 'what the platform says of a day is of that day') from made;
select is(array(select private.pass_limits(member, '2030-01-16 09:00:00Z') is null from made, generate_series(1, 3)), '{t,t,f}', 'and leaves two of five');

-- By whatever clock within ten seconds of ours, no day has more than it may: counted apart.
update private.platforms set post_limit = 7 where platform = 'youtube';
do $$
declare v_at timestamptz := '2031-03-01 00:00:00Z';
begin
  perform setseed(0.5);
  for i in 1..400 loop
    -- Every forty tries, twelve lie within seconds of a midnight there.
    if i % 40 = 0 then v_at := private.midnight_after('America/Los_Angeles', v_at) - interval '20 seconds';
    elsif i % 40 <= 12 then v_at := v_at + interval '6 seconds' * random();
    else v_at := v_at + interval '2 hours' * random();
    end if;
    perform private.pass_limits((select one from made), v_at);
  end loop;
end
$$;
create temporary table days on commit drop as
select skew, ((committed_at + skew) at time zone 'America/Los_Angeles')::date as day, count(*) as posts
from private.commits, unnest('{-10 seconds,0,10 seconds}'::interval[]) skew
where scope = 'youtube' and committed_at > '2031-03-01' group by 1, 2;
select ok((select max(posts) from days) = 7 and count(*) > 12, 'days are used up, and no day has more, by any clock') from days;

-- What an operator may say.
select throws_like($$ update private.platforms set post_zone = 'Mars/Olympus' where platform = 'youtube' $$, '%days_are_of_a_time_zone%', 'a zone that is none is refused');
select throws_like($$ update private.platforms set post_window = '2 days' where platform = 'youtube' $$, '%what_has_a_zone_is_a_day%', 'a day of the calendar is one day');

select * from finish();
rollback;
