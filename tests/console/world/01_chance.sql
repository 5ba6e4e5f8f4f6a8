-- A world of many jobs over thirty days, the same at each time that it is made but for the moment it ends with. These
-- files are run in the order of their names, in one transaction, as a superuser in the role of a replica: no trigger
-- fires, every constraint holds.
--
-- What looks like chance is hashed from the number of a row and the name of the question.
create schema console_world;

create function console_world.chance(p_n bigint, p_of text) returns double precision
language sql immutable as $$
  select (hashtextextended(p_of, p_n) & 1048575) / 1048576.0::double precision
$$;

create function console_world.pick(p_from anyarray, p_n bigint, p_of text) returns anyelement
language sql immutable as $$
  select p_from[1 + floor(console_world.chance(p_n, p_of) * cardinality(p_from))::integer]
$$;

create function console_world.uuid(p_n bigint, p_of text) returns uuid
language sql immutable as $$
  select overlay(overlay(md5(p_of || '/' || p_n) placing '4' from 13 for 1) placing 'a' from 17 for 1)::uuid
$$;

-- As private.uuid_v7() makes them, of a time: jobs are listed by their ids.
create function console_world.uuid_at(p_at timestamptz, p_n bigint) returns uuid
language sql immutable as $$
  select overlay(overlay(
    lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') || substr(md5('job/' || p_n), 13)
    placing '7' from 13 for 1) placing 'a' from 17 for 1)::uuid
$$;

create function console_world.moment(p_at timestamptz) returns text
language sql stable as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- The n-th of so many: more by day than by night, the last four in a hundred within the last forty minutes.
create function console_world.time_of(p_n bigint, p_of bigint) returns timestamptz
language sql stable as $$
  select now() - case when share < 0.96
    then interval '30 days' * (1 - share / 0.96 - sin(share / 0.96 * 60 * pi()) * 0.004) + interval '4 hours'
    else interval '40 minutes' * (1 - share) / 0.04 + interval '3 seconds' end
  from (select (p_n - 0.5) / p_of as share) s
$$;
