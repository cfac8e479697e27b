package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.web.Cursors;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One page of a list, newest first. */
@Schema(name = "DocumentPage")
record PageView(
    List<Item> items,
    @Schema(description = "Cursor of the next page; null on the last one") @Nullable String next) {

  /** A document without its content. */
  @Schema(name = "DocumentSummary")
  record Item(
      @Schema(format = "uuid") String id,
      String title,
      DocumentStatus status,
      @Nullable String collection,
      List<String> tags,
      String author,
      long version,
      @Schema(format = "date-time") String createdAt,
      @Schema(format = "date-time") String updatedAt) {

    static Item of(DocumentSummary summary) {
      return new Item(
          summary.id().toString(),
          summary.title(),
          summary.status(),
          summary.collection(),
          summary.tags(),
          summary.author(),
          summary.version(),
          summary.createdAt().toString(),
          summary.updatedAt().toString());
    }
  }

  static PageView of(Page<DocumentSummary> page, DocumentQuery query) {
    return new PageView(
        page.items().stream().map(Item::of).toList(),
        page.next().map(last -> Cursors.encode(last, query.list())).orElse(null));
  }
}
