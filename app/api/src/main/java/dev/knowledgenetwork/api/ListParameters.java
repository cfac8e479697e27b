package dev.knowledgenetwork.api;

import dev.knowledgenetwork.domain.DocumentId;
import dev.knowledgenetwork.domain.DocumentQuery;
import dev.knowledgenetwork.domain.DocumentStatus;
import dev.knowledgenetwork.domain.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the query string of a list. Pure. */
final class ListParameters {

  private static final Set<String> KNOWN = Set.of("limit", "cursor", "status", "collection");

  private ListParameters() {}

  /**
   * The query that the parameters ask for. A limit above the greatest is lowered to it.
   *
   * @throws ProblemException 400 for parameters that are unknown, repeated or not valid
   */
  static DocumentQuery parse(TenantId tenant, Map<String, List<String>> parameters) {
    parameters.forEach(
        (name, values) -> {
          if (!KNOWN.contains(name)) {
            throw refused("'" + name + "' is not a known parameter");
          }
          if (values.size() > 1) {
            throw refused("'" + name + "' must be given once");
          }
        });
    DocumentQuery unpaged =
        new DocumentQuery(
            tenant,
            value(parameters, "status").map(ListParameters::status),
            value(parameters, "collection"),
            Optional.empty(),
            value(parameters, "limit")
                .map(ListParameters::limit)
                .orElse(DocumentQuery.DEFAULT_LIMIT));
    Optional<DocumentId> after =
        value(parameters, "cursor").map(cursor -> Cursors.decode(cursor, unpaged));
    return new DocumentQuery(
        tenant, unpaged.status(), unpaged.collection(), after, unpaged.limit());
  }

  private static Optional<String> value(Map<String, List<String>> parameters, String name) {
    return Optional.ofNullable(parameters.get(name)).map(List::getFirst);
  }

  private static DocumentStatus status(String text) {
    for (DocumentStatus status : DocumentStatus.values()) {
      if (status.name().equals(text)) {
        return status;
      }
    }
    throw refused("'status' must be one of DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED");
  }

  private static int limit(String text) {
    if (!text.matches("0*[1-9][0-9]{0,8}")) {
      throw refused("'limit' must be a whole number from 1 to " + DocumentQuery.MAXIMUM_LIMIT);
    }
    return Math.min(DocumentQuery.MAXIMUM_LIMIT, Integer.parseInt(text));
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(ProblemType.INVALID_PARAMETER, detail);
  }
}
