-- A key may refer to (bucket, tenant_id, id, live): to what is there and not deleted. Soft deletion
-- changes that key, so the foreign keys of those that refer refuse it, and refuse to refer to what
-- is deleted, whoever comes first.
create table collections (
  bucket integer not null,
  tenant_id text not null check (length(tenant_id) between 1 and 200),
  id uuid not null,
  name text not null check (length(name) between 1 and 300),
  description text not null check (octet_length(description) <= 10000),
  parent_id uuid,
  "order" bigint not null,
  author text not null,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  -- Null once it is deleted. No generated column: where a table has triggers, each update counts as
  -- one of those, and whoever renames a collection would wait for all who refer to it.
  live boolean default true
    check (live is not distinct from case when deleted_at is null then true end),
  primary key (bucket, tenant_id, id),
  unique (bucket, tenant_id, id, live),
  constraint collections_parent_fkey foreign key (bucket, tenant_id, parent_id, live)
    references collections (bucket, tenant_id, id, live)
);

create index collections_by_order on collections (bucket, tenant_id, "order", id)
  where deleted_at is null;
-- Without a word of deletion, so that the foreign key's own check uses it.
create index collections_by_parent on collections (bucket, tenant_id, parent_id, id desc)
  where parent_id is not null;
create index collections_by_parent_and_order
  on collections (bucket, tenant_id, parent_id, "order", id) where parent_id is not null;
create index collections_deleted on collections (deleted_at) where deleted_at is not null;

select kn.distribute('collections');

create function collections_end() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  new.live := null;
  return new;
end
$$;

create trigger collections_deleted before update of deleted_at on collections for each row
  when (new.deleted_at is not null) execute function collections_end();

-- Two moves that would close a circle together are made one after the other: of a bucket, one at a
-- time. Key 20002 is that of changes to trees.
create function collections_stay_acyclic() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(20002, new.bucket);
  if exists (
    with recursive ancestors (id) as (
      select new.parent_id
      union
      select c.parent_id from ancestors a
        join collections c
          on c.bucket = new.bucket and c.tenant_id = new.tenant_id and c.id = a.id
        where c.parent_id is not null
    )
    select from ancestors where id = new.id)
  then
    raise exception 'a collection is not its own ancestor' using
      errcode = '23503', table = 'collections', constraint = 'collections_parent_acyclic';
  end if;
  return new;
end
$$;

create trigger collections_acyclic before update of parent_id on collections for each row
  when (new.parent_id is not null and new.parent_id is distinct from old.parent_id)
  execute function collections_stay_acyclic();
