-- What consumers of events have done, and tickets for streams of events. Applied as kn_owner.

-- How far a subscription is in this database. Its lock is the lease: who holds it handles the next
-- events, and it ends with the transaction, wherever its holder dies. Not distributed: a position
-- means nothing in another database.
create table event_cursors (
  subscription text not null,
  incarnation uuid not null,
  xid xid8 not null default '0',
  sequence bigint not null default 0,
  opened xid8 not null default '0',
  primary key (subscription, incarnation)
);

-- Which events a subscription has handled. Moves with its bucket, so what was handled at the source
-- is not handled again at the target. Kept as long as the events, in the same ring of days.
create table event_inbox (
  bucket integer not null,
  day smallint not null,
  subscription text not null,
  event_id uuid not null,
  primary key (bucket, day, subscription, event_id)
) partition by list (day);

do $$
begin
  for v_day in 0..9 loop
    execute format(
      'create table event_inbox_%1$s partition of event_inbox for values in (%1$s)', v_day);
  end loop;
end
$$;

select kn.distribute('event_inbox');

-- Tickets that open one stream each. Only a digest of the ticket is here.
create table event_tickets (
  bucket integer not null,
  tenant_id text not null,
  digest bytea not null,
  subject text not null,
  groups text[] not null,
  token_expires_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (bucket, tenant_id, digest)
);

select kn.distribute('event_tickets');
