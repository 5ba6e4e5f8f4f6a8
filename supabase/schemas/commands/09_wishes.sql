create type private.wish as (
  n integer, tool text, lane text, input jsonb, priority smallint, run_at timestamptz, idempotency_key text,
  idempotency_hash bytea, metadata jsonb, refusal private.refusal, id uuid, is_new boolean, price integer
);
comment on type private.wish is
  'The n-th job of a batch that is to be created: what is asked for, what is wrong with it in itself, and the job '
  'that stands for it: a new one, or that of an idempotency key used before. price: null unless it is new.';
