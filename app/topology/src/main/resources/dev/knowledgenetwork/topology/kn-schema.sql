-- Schema kn: topology, ownership of buckets and the fence. PostgreSQL 17 and 18.
-- Run as superuser, in one transaction; idempotent. Roles kn_system, kn_owner and kn_app exist.

-- Two operators may arrive at once. Key 20001 is the fence's; buckets are never negative.
select pg_advisory_xact_lock(20001, -1);

create schema if not exists kn authorization kn_system;

-- The setting that carries the mark of kn.enter. One named kn.* could be set by any login; this one
-- only by a superuser and, from here on, by functions of kn_system. It lists C functions whose errors
-- are logged with a backtrace, and none is called 17: the mark has no other effect.
grant set on parameter backtrace_functions to kn_system;

-- How full the file system of the data directory is, where every server process works: one line, as
-- df writes it. A foreign table, because replicas can read one too. It runs a program, so nobody but
-- a superuser may read it; where the server lacks the extension there is none.
do $$
begin
  if exists (select from pg_available_extensions where name = 'file_fdw') then
    create extension if not exists file_fdw schema pg_catalog;
    create server if not exists kn_programs foreign data wrapper file_fdw;
    create foreign table if not exists kn.volume (line text) server kn_programs
      options (
        program 'df -P -k .', format 'csv', header 'true', delimiter E'\x01', quote E'\x02');
    alter foreign table kn.volume owner to kn_system;
  end if;
end
$$;

-- All objects below belong to a role without login: nobody at runtime can alter or disable them.
set role kn_system;

create table if not exists kn.schema_version (
  version integer primary key,
  installed_at timestamptz not null default now()
);

do $$
begin
  if (select max(version) from kn.schema_version) > 6 then
    raise exception 'schema kn is newer than this operator' using errcode = '55000';
  end if;
end
$$;

create table if not exists kn.identity (
  only_row boolean primary key default true check (only_row),
  cluster_id text not null,
  shard text not null,
  created_at timestamptz not null default now()
);

create table if not exists kn.topology (
  epoch bigint primary key,
  document jsonb not null,
  published_at timestamptz not null default now()
);

-- Epoch: of the topology in which the bucket came to its owner. It grows with a move of this bucket
-- and with no other, so a bucket that stays keeps it while the topology's grows.
create table if not exists kn.bucket_owner (
  bucket integer primary key,
  state text not null check (state in ('owned', 'moved', 'absent')),
  epoch bigint not null,
  owner text not null
);

-- The buckets that are owned here, each with the transaction since which it is: rows that arrived
-- before it were for no reader until then. Kept by a trigger, also where replication opens a bucket.
create table if not exists kn.owned_bucket (
  bucket integer primary key,
  opened xid8 not null
);
create index if not exists owned_bucket_opened on kn.owned_bucket (opened);

create or replace function kn.note_ownership() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
  if new.state = 'owned' then
    insert into kn.owned_bucket values (new.bucket, pg_current_xact_id()) on conflict do nothing;
  else
    delete from kn.owned_bucket where bucket = new.bucket;
  end if;
  return null;
end
$$;

do $$
begin
  if not exists (
      select from pg_trigger
        where tgrelid = 'kn.bucket_owner'::regclass and tgname = 'kn_ownership')
  then
    create trigger kn_ownership after insert or update on kn.bucket_owner
      for each row execute function kn.note_ownership();
    alter table kn.bucket_owner enable always trigger kn_ownership;
    insert into kn.owned_bucket
      select bucket, pg_current_xact_id() from kn.bucket_owner where state = 'owned';
  end if;
end
$$;

create table if not exists kn.marker (
  move_id text not null,
  n integer not null,
  buckets integer[] not null,
  epoch bigint not null,
  primary key (move_id, n)
);

-- One row, written by kn.prove_write alone.
create table if not exists kn.pulse (
  only_row boolean primary key default true check (only_row),
  bucket integer,
  at timestamptz not null
);

create or replace function kn.refuse(p_bucket integer, p_state text, p_epoch bigint, p_owner text)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'bucket % is not served here', p_bucket using
    errcode = 'KN001',
    detail = json_build_object(
      'bucket', p_bucket, 'state', coalesce(p_state, 'absent'), 'epoch', p_epoch, 'owner', p_owner);
end
$$;

-- First statement of every write transaction. The shared lock lasts to the end of the transaction,
-- so a move, which takes it exclusively, sees either all of the transaction's rows or none.
create or replace function kn.enter(p_bucket integer, p_epoch bigint)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_state text;
  v_epoch bigint;
  v_owner text;
  v_mark text := current_setting('backtrace_functions');
begin
  perform pg_advisory_xact_lock_shared(20001, p_bucket);
  if current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
    select state, epoch, owner into v_state, v_epoch, v_owner
      from kn.bucket_owner where bucket = p_bucket;
  else
    -- The snapshot may be older than the lock: FOR SHARE fails (40001) where a plain read would
    -- give a stale yes.
    select state, epoch, owner into v_state, v_epoch, v_owner
      from kn.bucket_owner where bucket = p_bucket for share;
  end if;
  if v_state is distinct from 'owned' or p_epoch > v_epoch then
    perform kn.refuse(p_bucket, v_state, v_epoch, v_owner);
  end if;
  -- The mark lives and dies with the lock (transaction or savepoint) and spares the row triggers a
  -- second one: 17, and 17,42 after a second bucket. Its length is bounded: beyond it, further
  -- buckets are only slower.
  if strpos(',' || v_mark || ',', ',' || p_bucket || ',') = 0 and length(v_mark) < 2000 then
    perform set_config(
      'backtrace_functions', ltrim(v_mark || ',' || p_bucket, ','), true);
  end if;
end
$$;

-- For keyed reads: stable, hence evaluated in the snapshot of the statement that reads the rows.
create or replace function kn.read(p_bucket integer, p_epoch bigint)
returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_state text;
  v_epoch bigint;
  v_owner text;
begin
  select state, epoch, owner into v_state, v_epoch, v_owner
    from kn.bucket_owner where bucket = p_bucket;
  if v_state is distinct from 'owned' or p_epoch > v_epoch then
    perform kn.refuse(p_bucket, v_state, v_epoch, v_owner);
  end if;
  return true;
end
$$;

-- Row trigger of every sharded table: catches writers that skip kn.enter. Not called where the row's
-- bucket is the only one that the transaction has entered (see the conditions in kn.distribute), nor
-- for rows that arrive by replication.
create or replace function kn.guard() returns trigger language plpgsql as $$
declare
  v_bucket integer;
begin
  if tg_op = 'UPDATE' and new.bucket is distinct from old.bucket then
    raise exception 'a row of % keeps its bucket: delete and insert it', tg_table_name
      using errcode = 'KN003';
  end if;
  if tg_op = 'DELETE' then
    v_bucket := old.bucket;
  else
    v_bucket := new.bucket;
  end if;
  if v_bucket is null
      or strpos(',' || current_setting('backtrace_functions') || ',', ',' || v_bucket || ',') = 0
  then
    perform kn.enter(v_bucket, 0);
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$$;

create or replace function kn.refuse_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'sharded table % is not truncated: delete its rows by bucket', tg_table_name
    using errcode = '0A000';
end
$$;

-- Makes a table sharded. Called by the table's owner; idempotent.
create or replace function kn.distribute(p_table regclass)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_kind "char";
  v_first name;
  v_type regtype;
begin
  select relkind into v_kind from pg_class where oid = p_table;
  if v_kind not in ('r', 'p') then
    raise exception '% is not a table', p_table using errcode = 'KN002';
  end if;
  select a.attname, a.atttypid into v_first, v_type
    from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = p_table and i.indisprimary;
  if v_first is distinct from 'bucket' or v_type is distinct from 'integer'::regtype then
    raise exception 'the primary key of % must begin with bucket integer', p_table
      using errcode = 'KN002';
  end if;
  if (select count(*) from pg_trigger where tgrelid = p_table
        and tgname in ('kn_guard', 'kn_guard_update', 'kn_guard_delete')) < 3 then
    -- Version 1 had a kn_guard for all three, without a condition: replaced, never absent.
    execute format('create or replace trigger kn_guard before insert on %s for each row '
      'when (current_setting(''backtrace_functions'') is distinct from new.bucket::text) '
      'execute function kn.guard()', p_table);
    execute format('create or replace trigger kn_guard_update before update on %s for each row '
      'when (current_setting(''backtrace_functions'') is distinct from new.bucket::text '
      'or new.bucket <> old.bucket) execute function kn.guard()', p_table);
    execute format('create or replace trigger kn_guard_delete before delete on %s for each row '
      'when (current_setting(''backtrace_functions'') is distinct from old.bucket::text) '
      'execute function kn.guard()', p_table);
  end if;
  if not exists (
      select from pg_trigger where tgrelid = p_table and tgname = 'kn_truncate')
  then
    execute format('create trigger kn_truncate before truncate on %s '
      'for each statement execute function kn.refuse_truncate()', p_table);
  end if;
end
$$;

-- Publishes a topology in this shard; answers the newest epoch. Never changes who owns a bucket, nor
-- the epoch of one that is owned here: buckets of epoch 1 belong where the first document puts them,
-- all others come and go by a move. Idempotent; an older document is ignored.
create or replace function kn.publish(p_cluster_id text, p_shard text, p_document jsonb)
returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_epoch bigint := (p_document ->> 'epoch')::bigint;
  v_newest bigint;
  v_known jsonb;
  v_cluster_id text;
  v_shard text;
begin
  perform pg_advisory_xact_lock(20001, -1);
  insert into kn.identity (cluster_id, shard) values (p_cluster_id, p_shard)
    on conflict do nothing;
  select cluster_id, shard into v_cluster_id, v_shard from kn.identity;
  if (v_cluster_id, v_shard) is distinct from (p_cluster_id, p_shard)
      or p_document ->> 'clusterId' is distinct from p_cluster_id then
    raise exception 'this database is shard % of cluster %', v_shard, v_cluster_id
      using errcode = 'KN004';
  end if;
  if v_epoch is null
      or jsonb_array_length(p_document -> 'assignment') <> (p_document ->> 'buckets')::integer
      or jsonb_array_length(p_document -> 'epochs') <> (p_document ->> 'buckets')::integer
      or not exists (
        select from jsonb_array_elements(p_document -> 'shards') s where s ->> 'name' = p_shard)
  then
    raise exception 'not a topology with shard %', p_shard using errcode = '22023';
  end if;

  select max(epoch) into v_newest from kn.topology;
  if v_epoch < v_newest then
    return v_newest;
  end if;
  select document into v_known from kn.topology where epoch = v_epoch;
  if v_known = p_document then
    return v_epoch;
  end if;
  if v_known -> 'assignment' <> p_document -> 'assignment'
      or v_known is not null and v_known -> 'epochs' is distinct from p_document -> 'epochs' then
    raise exception 'epoch % is published with another assignment', v_epoch
      using errcode = '22023';
  end if;

  insert into kn.topology (epoch, document) values (v_epoch, p_document)
    on conflict (epoch) do update set document = excluded.document, published_at = now();
  -- A document without epochs is one of a topology in which no bucket has moved.
  insert into kn.bucket_owner as b (bucket, state, epoch, owner)
    select a.n - 1,
        case when s.name = p_shard and coalesce(e.epoch::bigint, 1) = 1
          then 'owned' else 'absent' end,
        coalesce(e.epoch::bigint, 1), s.name
      from jsonb_array_elements(p_document -> 'assignment') with ordinality a (shard, n)
      left join jsonb_array_elements_text(p_document -> 'epochs') with ordinality e (epoch, n)
        on e.n = a.n
      join (
        select o.n - 1 as index, o.shard ->> 'name' as name
          from jsonb_array_elements(p_document -> 'shards') with ordinality o (shard, n)
      ) s on s.index = a.shard::bigint
    on conflict (bucket) do update set epoch = excluded.epoch, owner = excluded.owner
      where b.epoch < excluded.epoch and b.state <> 'owned' and excluded.owner <> p_shard;
  perform pg_notify('kn_topology', v_epoch::text);
  return v_epoch;
end
$$;

-- The proof that this shard takes writes: what an application does, in small. Enters
-- a bucket that is owned here and writes a row; refused where an application would be, and where it
-- would not be because the fence is silenced. The operator calls it as kn_app does all else, and kn_app
-- can write that row in no other way. Means something only once it is committed.
create or replace function kn.prove_write()
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_fault text;
  v_remedy text;
  v_known bigint;
  v_buckets bigint;
  v_bucket integer;
  v_epoch bigint;
begin
  if current_setting('session_replication_role') <> 'origin' then
    raise exception 'session_replication_role is %, so the triggers of the fence are silent',
        current_setting('session_replication_role')
      using errcode = '55000',
      hint = 'Find what sets it: select * from pg_db_role_setting, pg_file_settings. Reset it there.';
  end if;
  if current_setting('backtrace_functions') <> '' then
    raise exception 'backtrace_functions is %, which the fence takes for its mark',
        current_setting('backtrace_functions')
      using errcode = '55000', hint = 'Reset it: alter system reset backtrace_functions.';
  end if;
  -- Settings of the role are in force in its own sessions only.
  select c.setting, split_part(c.setting, '=', 1) into v_fault, v_remedy
    from pg_db_role_setting s cross join unnest(s.setconfig) as c (setting)
    where s.setrole = to_regrole('kn_app')
      and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and split_part(c.setting, '=', 1) in (
        'session_replication_role', 'default_transaction_read_only', 'backtrace_functions')
      and split_part(c.setting, '=', 2) not in ('', 'origin', 'off', 'false', 'no', '0')
    limit 1;
  if found then
    raise exception 'sessions of kn_app have %', v_fault using errcode = '55000',
      hint = format('Reset it: alter role kn_app reset %s.', v_remedy);
  end if;
  select format('trigger %I of %s is disabled', tgname, tgrelid::regclass),
      format('Enable it: alter table %s enable trigger %I.', tgrelid::regclass, tgname)
    into v_fault, v_remedy
    from pg_trigger
    where tgname like 'kn\_%' and not tgisinternal and tgenabled not in ('O', 'A')
    order by 1 limit 1;
  if found then
    raise exception '%', v_fault using errcode = '55000', hint = v_remedy;
  end if;

  select (document ->> 'buckets')::bigint into v_buckets
    from kn.topology order by epoch desc limit 1;
  select count(*) into v_known from kn.bucket_owner;
  if v_known is distinct from v_buckets then
    raise exception '% buckets have an epoch here, and the topology has %', v_known, v_buckets
      using errcode = '55000',
      hint = 'Delete from kn.topology: the operator publishes it again, with the epochs that lack.';
  end if;
  select o.bucket, b.epoch into v_bucket, v_epoch
    from kn.owned_bucket o left join kn.bucket_owner b using (bucket) order by o.bucket limit 1;
  -- A shard that owns nothing yet has nothing to enter.
  if found then
    perform kn.enter(v_bucket, v_epoch);
  end if;
  insert into kn.pulse (bucket, at) values (v_bucket, clock_timestamp())
    on conflict (only_row) do update set bucket = excluded.bucket, at = excluded.at;
end
$$;

-- Why this server would not take a value of a setting; null where it would. It tries it and takes
-- that back, in this session. The one text whose setting no session may change is judged as that of
-- the other setting for a time zone is.
create or replace function kn.objection(p_name text, p_value text)
returns text language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_name text := case lower(p_name) when 'log_timezone' then 'TimeZone' else p_name end;
begin
  perform set_config(v_name, p_value, true);
  raise exception using errcode = 'KN005';
exception
  when sqlstate 'KN005' or cant_change_runtime_param then
    return null;
  when others then
    return replace(sqlerrm, '"' || v_name || '"', '"' || p_name || '"');
end
$$;

-- Time-ordered ids; PostgreSQL 18 has its own. Twelve bits below the millisecond order ids of one
-- session.
create or replace function kn.uuidv7()
returns uuid language sql volatile parallel safe set search_path = pg_catalog, pg_temp as $$
  select encode(
    overlay(uuid_send(gen_random_uuid())
      placing substring(int8send(t.us / 1000) from 3)
        || substring(int4send(28672 + (t.us % 1000 * 4096 / 1000)::integer) from 3)
      from 1 for 8), 'hex')::uuid
  from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as us) t
$$;

revoke all on all tables in schema kn from public;
revoke all on all functions in schema kn from public;
revoke all on schema kn from public;
grant usage on schema kn to kn_owner, kn_app;
grant select on
  kn.schema_version, kn.identity, kn.topology, kn.bucket_owner, kn.owned_bucket
  to kn_owner, kn_app;
grant execute on function
  kn.enter(integer, bigint), kn.read(integer, bigint), kn.refuse(integer, text, bigint, text),
  kn.uuidv7()
  to kn_owner, kn_app;
grant execute on function kn.prove_write() to kn_app;
grant execute on function kn.distribute(regclass), kn.guard(), kn.refuse_truncate() to kn_owner;

insert into kn.schema_version (version) values (6) on conflict do nothing;

reset role;

-- The application's tables: rows for kn_app, structure for kn_owner alone.
revoke all on schema public from public;
grant usage on schema public to kn_app;
alter default privileges for role kn_owner in schema public
  grant select, insert, update, delete on tables to kn_app;

-- Tables that an older version has distributed get the triggers of this one, under a lock that lets
-- readers pass and writers wait. Where a writer holds a table for longer, all of the installation
-- fails (55P03) and has changed nothing; it is for the operator to try again.
do $$
declare
  v_limit text := current_setting('lock_timeout');
  v_table regclass;
begin
  perform set_config('lock_timeout', '2s', true);
  for v_table in
    select tgrelid from pg_trigger
      where tgname = 'kn_guard' and not tgisinternal and tgparentid = 0 order by tgrelid
  loop
    perform kn.distribute(v_table);
  end loop;
  perform set_config('lock_timeout', v_limit, true);
end
$$;
