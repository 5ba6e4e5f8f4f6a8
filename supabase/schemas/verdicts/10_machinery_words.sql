create function private.words_of_database() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('database_read_only', 10, 'error', 'by_operator',
      'Find out why (a full disk, most often), make room or a larger disk, then switch writing on again.',
      array['Something is wrong on our side: nothing can be saved just now.',
        'Your job goes on once we have mended it.'],
      array['Há um problema do nosso lado: nada pode ser salvo agora.', 'Seu trabalho continua quando corrigirmos.']),
    ('replication_or_snapshot_held', 20, 'warn', 'by_operator',
      'End the session or the transaction that holds the snapshot, or drop the slot if nobody reads it any more.',
      array['Our system is slower than usual.', 'Your job goes on by itself.'],
      array['Nosso sistema está mais lento que o normal.', 'Seu trabalho continua sozinho.']),
    ('quarantined', 110, 'error', 'by_operator',
      'Read the error, mend what is wrong, then release the job; or refund it, if it cannot go on.',
      array['Something is wrong on our side with this job.', 'We have been told, and set it going or pay it back.',
        'You need not do anything.'],
      array['Há um problema do nosso lado com este trabalho.', 'Fomos avisados: ele será retomado ou reembolsado.',
        'Você não precisa fazer nada.']),
    ('telemetry_stale', 190, 'warn', 'by_itself',
      'What it would be judged by is too old, so nothing is said of it: see ops.cron_health() and ops.setup_check().',
      array['We cannot say just now how long your job takes.', 'It goes on all the same.'],
      array['Não conseguimos dizer agora quanto falta para o seu trabalho.', 'Ele continua mesmo assim.'])
$$;
comment on function private.words_of_database() is
  'The words of findings about the database itself, and about jobs that it has set aside.';
revoke execute on function private.words_of_database() from public;

create function private.words_of_schedules() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('vault_secret_missing', 30, 'error', 'by_operator',
      'Set the secret: without it SQL cannot wake the worker (docs/deploying.md).',
      array['Something is wrong on our side, and your job waits for it.', 'It goes on once we have mended it.'],
      array['Há um problema do nosso lado, e seu trabalho espera por isso.', 'Ele continua quando corrigirmos.']),
    ('cron_dead', 40, 'error', 'by_operator',
      'See that pg_cron runs (ops.cron_health()): restart the database if its scheduler is gone, schedule what is not.',
      array['Something is wrong on our side: what checks on jobs stands still.',
        'Your job may be late until we mend it.'],
      array['Há um problema do nosso lado: o que acompanha os trabalhos está parado.',
        'Seu trabalho pode atrasar até corrigirmos.']),
    ('part_failing', 120, 'warn', 'by_operator',
      'Read the error (ops.faults) and mend what is wrong; it is tried again each time.',
      array['Something is wrong on our side, and we have been told.', 'Your job may be late until we mend it.'],
      array['Há um problema do nosso lado, e fomos avisados.', 'Seu trabalho pode atrasar até corrigirmos.'])
$$;
comment on function private.words_of_schedules() is 'The words of findings about what moves jobs by the clock.';
revoke execute on function private.words_of_schedules() from public;

create function private.words_of_functions() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  with ours (en, pt_br) as (values (
    array['Something is wrong on our side: what works on jobs cannot be reached.',
      'Your job goes on once we have mended it.'],
    array['Há um problema do nosso lado: quem processa os trabalhos não responde.',
      'Seu trabalho continua quando corrigirmos.']))
  select w.*, ours.en, ours.pt_br from ours, (values
    ('worker_not_woken', 50, 'error', 'by_operator',
      'pg_net sends nothing: restart its worker, or the database.'),
    ('functions_unreachable', 60, 'error', 'by_operator',
      'See that the functions are deployed and start (their log), and that project_url is the project''s address.'),
    ('worker_key_wrong', 70, 'error', 'by_operator',
      'Set worker_secret_key to a secret key that the project has now (Dashboard, API Keys).'),
    ('schema_not_exposed', 80, 'error', 'by_operator',
      'Expose the schema worker in the Data API (docs/deploying.md).'),
    ('schema_too_old', 90, 'error', 'by_operator',
      'Apply the migrations: supabase db push --remote, and only then supabase functions deploy.'),
    ('worker_behind', 130, 'warn', 'by_itself',
      'Look at the log of the function worker: it answers, and does not get to what waits.')
  ) w (code, place, level, clears, action)
$$;
comment on function private.words_of_functions() is
  'The words of findings about what works on jobs outside of the database.';
revoke execute on function private.words_of_functions() from public;

create function private.words_of_machinery() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_database()
  union all select * from private.words_of_schedules()
  union all select * from private.words_of_functions()
$$;
comment on function private.words_of_machinery() is 'The words of findings about what moves every job.';
revoke execute on function private.words_of_machinery() from public;
