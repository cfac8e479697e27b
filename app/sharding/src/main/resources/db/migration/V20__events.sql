-- The outbox: what changed, told in the transaction of the change. Applied as kn_owner.
--
-- A reader takes rows in the order of (xid, sequence), and only those of transactions older than
-- every one that still runs, pg_snapshot_xmin(pg_current_snapshot()): transactions commit in another
-- order than they begin in, and a bare sequence would be passed.
create sequence events_sequence;

-- A ring of ten days that is there from the start: no row ever waits for a partition to be made, all
-- shards have the same ones, and what is too old goes with one TRUNCATE. Eight days are in use: today
-- and the seven before it.
create table events (
  bucket integer not null,
  xid xid8 not null default pg_current_xact_id(),
  sequence bigint not null default nextval('events_sequence'),
  day smallint not null default extract(epoch from now())::bigint / 86400 % 10,
  tenant_id text not null,
  id uuid not null,
  type text not null,
  kind text not null,
  resource_id uuid not null,
  version bigint not null,
  author text not null,
  occurred_at timestamptz not null default now(),
  primary key (bucket, xid, sequence, day)
) partition by list (day);

do $$
begin
  for v_day in 0..9 loop
    execute format('create table events_%1$s partition of events for values in (%1$s)', v_day);
  end loop;
end
$$;

create index events_by_position on events (xid, sequence);

select kn.distribute('events');
grant usage on sequence events_sequence to kn_app;

-- Rows that arrive by replication carry a transaction id of another database. They get the local
-- one, and keep their sequence: a bucket is copied in no order. The local sequence goes on above all
-- that arrived, so that the events of a resource stay in order however often its bucket moves.
create function events_arrive() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  new.xid := pg_current_xact_id();
  if new.sequence >= (select last_value from events_sequence) then
    -- Two workers may arrive here; the sequence must not go back between them.
    perform pg_advisory_lock(20001, -2);
    if new.sequence >= (select last_value from events_sequence) then
      -- Far above, because others draw from it meanwhile.
      perform setval('events_sequence', new.sequence + 100000);
    end if;
    perform pg_advisory_unlock(20001, -2);
  end if;
  return new;
end
$$;

create trigger events_arrive before insert on events
  for each row execute function events_arrive();
alter table events enable replica trigger events_arrive;

-- Positions mean something within one life of a database only. Whoever restores this database from
-- a copy of its files gives it another id.
create table event_log (
  only_row boolean primary key default true check (only_row),
  incarnation uuid not null default gen_random_uuid(),
  -- What was truncated: events of transactions up to that one, from before that time.
  expired_xid xid8 not null default '0',
  expired_until timestamptz not null default 'epoch'
);
insert into event_log default values;
revoke insert, update, delete on event_log from kn_app;

-- The id with the timeline: a standby that was behind and became the primary may use transaction ids
-- again that readers have seen.
create function events_incarnation() returns bigint language plpgsql stable
set search_path = pg_catalog, public, pg_temp as $$
begin
  if pg_is_in_recovery() then
    raise exception 'events are read where they are written' using errcode = '25006';
  end if;
  return hashtextextended(
    (select incarnation::text from event_log)
      || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), 0);
end
$$;

-- Empties the day of a ring that is to be used again the day after tomorrow: eight days old, and
-- therefore past the seven days that are kept. It notes what is gone, so that a reader who was not
-- there yet learns it, also where the clock was wrong for a while. The runtime role may not truncate;
-- this it may.
create function expire_day(p_ring regclass) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set lock_timeout = '200ms' as $$
declare
  v_today bigint := extract(epoch from now())::bigint / 86400;
  v_day integer := (v_today + 2) % 10;
  v_partition regclass;
  v_filled boolean;
begin
  select i.inhrelid into v_partition
    from pg_partitioned_table p
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    join pg_inherits i on i.inhparent = p.partrelid
    join pg_class c on c.oid = i.inhrelid
    where p.partrelid = p_ring and a.attname = 'day'
      and pg_get_expr(c.relpartbound, c.oid) = format('FOR VALUES IN (''%s'')', v_day);
  if v_partition is null then
    raise exception '% is no ring of days', p_ring using errcode = '22023';
  end if;
  execute format('select exists (select from %s)', v_partition) into v_filled;
  if v_filled then
    if p_ring = 'events'::regclass then
      update event_log set
        expired_until = greatest(expired_until, to_timestamp((v_today - 7) * 86400)),
        -- What came with a bucket was told where it came from.
        expired_xid = greatest(expired_xid, (
          select e.xid from events e join kn.owned_bucket o using (bucket)
            where e.day = v_day and e.xid >= o.opened order by e.xid desc limit 1));
    end if;
    execute format('truncate %s', v_partition);
  end if;
  return v_filled;
end
$$;
revoke all on function expire_day(regclass) from public;
grant execute on function expire_day(regclass) to kn_app;
