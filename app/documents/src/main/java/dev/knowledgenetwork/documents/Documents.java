package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Capability;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.FieldTypes;
import dev.knowledgenetwork.kernel.ResourceId;
import java.util.List;

/** Texts with a title, a status and tags, filed in collections. */
public final class Documents implements Capability {

  /** One line. */
  public static final Field<String> TITLE = Field.required("title", FieldTypes.line(300));

  /** The text. */
  public static final Field<String> CONTENT =
      Field.withDefault("content", FieldTypes.text(1 << 20), "");

  /** Where a document stands in its life. */
  public static final Field<DocumentStatus> STATUS =
      Field.withDefault("status", FieldTypes.word(DocumentStatus.class), DocumentStatus.DRAFT);

  /** The collection that a document is filed in. */
  public static final Field<ResourceId> COLLECTION =
      Field.optional("collection", FieldTypes.reference("collections"));

  /** Words to find it by, in the order given. */
  public static final Field<List<String>> TAGS =
      Field.withDefault("tags", FieldTypes.lines(50, 50), List.of());

  /** All of it. */
  public static final Aggregate DOCUMENTS =
      new Aggregate(
          "document",
          "documents",
          List.of(TITLE, CONTENT, STATUS, COLLECTION, TAGS),
          List.of(CONTENT),
          List.of(STATUS, COLLECTION),
          List.of(),
          7 << 20);

  @Override
  public List<String> migrations() {
    return List.of(
        "V1__documents.sql",
        "V2__documents_by_collection.sql",
        "V2__documents_by_collection.sql.conf",
        "V5__documents_in_collections.sql",
        "V6__documents_by_collection_id.sql",
        "V6__documents_by_collection_id.sql.conf");
  }

  @Override
  public List<Aggregate> aggregates() {
    return List.of(DOCUMENTS);
  }

  @Override
  public List<Class<?>> routes() {
    return List.of(DocumentsResource.class);
  }
}
