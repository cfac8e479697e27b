package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.WriteOutcome;
import dev.knowledgenetwork.sharding.Columns;
import dev.knowledgenetwork.sharding.ResourceTable;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TableQuery;
import dev.knowledgenetwork.sharding.TableQuery.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Documents in the table {@value DocumentRows#TABLE} of the shards. */
final class StoredDocuments implements DocumentRepository {
  private final ResourceTable<Document, DocumentSummary> table;

  StoredDocuments(Shards shards) {
    this.table = shards.table(DocumentRows.MAPPING);
  }

  @Override
  public CreateOutcome<Document> create(CreateDocument command) {
    return table.create(
        command.tenant(),
        new Columns()
            .text("title", command.title())
            .text("content", command.content())
            .text("status", command.status().name())
            .text("collection", command.collection())
            .texts("tags", command.tags())
            .text("author", command.author()));
  }

  @Override
  public Optional<Document> find(TenantId tenant, ResourceId id) {
    return table.find(tenant, id);
  }

  @Override
  public Page<DocumentSummary> list(DocumentQuery query) {
    List<Filter> filters = new ArrayList<>();
    query.status().ifPresent(status -> filters.add(new Filter("status", status.name())));
    query.collection().ifPresent(collection -> filters.add(new Filter("collection", collection)));
    return table.list(new TableQuery(query.tenant(), filters, query.after(), query.limit()));
  }

  @Override
  public WriteOutcome<Document> patch(PatchDocument command) {
    return table.patch(
        command.tenant(),
        command.id(),
        command.expectedVersion(),
        new Columns()
            .text("title", command.title(), title -> title)
            .text("content", command.content(), content -> content)
            .text("status", command.status(), Enum::name)
            .text("collection", command.collection(), collection -> collection)
            .texts("tags", command.tags()));
  }

  @Override
  public WriteOutcome<Document> delete(
      TenantId tenant, ResourceId id, OptionalLong expectedVersion) {
    return table.delete(tenant, id, expectedVersion);
  }
}
