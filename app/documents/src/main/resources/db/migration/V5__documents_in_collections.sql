-- A document's collection becomes a reference. Pods of the version before go on while this one is
-- rolled out: they write labels, which a trigger translates. Labels, their triggers and the index by
-- name go with a later version.
alter table documents
  add column collection_id uuid,
  -- Always true: what a document refers to lives. A generated column would rewrite the table, a
  -- check read it.
  add column refers boolean not null default true;

alter table documents add constraint documents_collection_fkey
  foreign key (bucket, tenant_id, collection_id, refers)
  references collections (bucket, tenant_id, id, live) not valid;

-- For each label its collection is looked up, of as many as there are labels.
create index collections_by_name on collections (bucket, tenant_id, name, id)
  where deleted_at is null;

-- The collection that is called as a label is: the oldest, or a new one. Of a bucket one at a time,
-- so that a label becomes one collection.
create function documents_collection(p_bucket integer, p_tenant text, p_label text) returns uuid
language plpgsql set search_path = public, pg_temp as $$
declare
  v_name text := normalize(p_label, nfc);
  v_id uuid;
begin
  perform pg_advisory_xact_lock(20002, p_bucket);
  -- Locked, so that it is not deleted before it is referred to.
  select id into v_id from collections
    where bucket = p_bucket and tenant_id = p_tenant and name = v_name and deleted_at is null
    order by id limit 1 for key share;
  if v_id is null then
    insert into collections (bucket, tenant_id, id, name, description, "order", author)
      values (p_bucket, p_tenant, kn.uuidv7(), v_name, '', 0, 'migration')
      returning id into v_id;
  end if;
  return v_id;
end
$$;

create function documents_translate_label() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  new.collection_id := case when new.collection is not null and new.deleted_at is null
    then documents_collection(new.bucket, new.tenant_id, new.collection) end;
  return new;
end
$$;

create trigger documents_label_inserted before insert on documents for each row
  when (new.collection is not null) execute function documents_translate_label();
create trigger documents_label_updated before update of collection on documents for each row
  execute function documents_translate_label();

-- What is deleted refers to nothing.
create function documents_drop_reference() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  new.collection_id := null;
  return new;
end
$$;

create trigger documents_deleted before update of deleted_at on documents for each row
  when (new.deleted_at is not null) execute function documents_drop_reference();
