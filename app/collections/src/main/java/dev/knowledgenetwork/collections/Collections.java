package dev.knowledgenetwork.collections;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Capability;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.FieldTypes;
import dev.knowledgenetwork.kernel.ResourceId;
import java.util.List;

/**
 * Collections, one in another. One that something is in is not deleted, and none becomes its own
 * ancestor: foreign keys and a trigger see to it, so no two pods can break it together.
 */
public final class Collections implements Capability {

  /** What it is called; several may be called the same. */
  public static final Field<String> NAME = Field.required("name", FieldTypes.line(300));

  /** What it is for. */
  public static final Field<String> DESCRIPTION =
      Field.withDefault("description", FieldTypes.text(10_000), "");

  /** The collection that it is in; empty for one at the top. */
  public static final Field<ResourceId> PARENT =
      Field.optional("parent", FieldTypes.reference("collections"));

  /** Its place among others, as people want it: lists can be ordered by it. */
  public static final Field<Long> ORDER =
      Field.withDefault("order", FieldTypes.number(0, 1_000_000_000), 0L);

  /** All of it. */
  public static final Aggregate COLLECTIONS =
      new Aggregate(
          "collection",
          "collections",
          List.of(NAME, DESCRIPTION, PARENT, ORDER),
          List.of(),
          List.of(PARENT),
          List.of(ORDER),
          1 << 17);

  @Override
  public List<String> migrations() {
    return List.of(
        "V4__collections.sql",
        "V22__collections_at_the_top.sql",
        "V22__collections_at_the_top.sql.conf");
  }

  @Override
  public List<Aggregate> aggregates() {
    return List.of(COLLECTIONS);
  }

  @Override
  public List<Class<?>> routes() {
    return List.of(CollectionsResource.class);
  }
}
