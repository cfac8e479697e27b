-- Applied to every shard as kn_owner. The bucket comes first in the key: it is what moves.
create table stock (
  bucket integer not null,
  article text not null,
  quantity integer not null check (quantity >= 0),
  primary key (bucket, article)
);
select kn.distribute('stock');
