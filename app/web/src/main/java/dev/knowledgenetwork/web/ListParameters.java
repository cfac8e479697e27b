package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.Position;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The query string of a list. Strict: what is unknown, repeated or not valid is refused.
 *
 * @param aggregate what is listed
 */
public record ListParameters(Aggregate aggregate) {

  private static final String LIMIT = "limit";
  private static final String CURSOR = "cursor";
  private static final String SORT = "sort";

  /** In place of an id: resources that refer to nothing. No id is written so. */
  static final String NONE = "none";

  /**
   * The query that the parameters ask for.
   *
   * @throws ProblemException 400 for parameters that are unknown, repeated or not valid
   */
  public ResourceQuery parse(TenantId tenant, Map<String, List<String>> given) {
    QueryParameters parameters = QueryParameters.of(given, known());
    Values filters = Values.NONE;
    Set<Field<?>> empty = new HashSet<>();
    for (Field<?> filter : aggregate.filters()) {
      Optional<String> value = parameters.value(filter.name());
      if (value.isPresent() && filter.isReference() && value.get().equals(NONE)) {
        empty.add(filter);
      } else if (value.isPresent()) {
        filters = with(filters, filter, value.get());
      }
    }
    int limit =
        parameters.value(LIMIT).map(ListParameters::limit).orElse(ResourceQuery.DEFAULT_LIMIT);
    Optional<Field<Long>> order = parameters.value(SORT).map(this::order);
    ResourceQuery unpaged =
        new ResourceQuery(tenant, filters, empty, order, Optional.empty(), limit);
    return parameters
        .value(CURSOR)
        .map(cursor -> Cursors.decode(cursor, list(unpaged), order.isPresent()))
        .map(unpaged::after)
        .orElse(unpaged);
  }

  private Field<Long> order(String name) {
    return aggregate.orders().stream()
        .filter(field -> field.name().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                refused(
                    aggregate.orders().stream()
                        .map(field -> "'" + field.name() + "'")
                        .collect(Collectors.joining(" or ", "'" + SORT + "' must be ", ""))));
  }

  /** The text with which a client asks for the page at a place. */
  public String cursor(Position last, ResourceQuery query) {
    return Cursors.encode(last, list(query));
  }

  /**
   * What tells a list from all others, whatever page of it is read: tenant, filters, order. An
   * absent filter is an empty part, the last one none; no stored value is empty, no id is the word
   * {@value #NONE}, and the cursors of lists by age and by a field differ in format, so lists that
   * differ have cursors that do. Clients hold cursors: this must not change.
   */
  private List<String> list(ResourceQuery query) {
    List<String> parts = new ArrayList<>();
    parts.add(query.tenant().value());
    for (Field<?> filter : aggregate.filters()) {
      Object plain = query.filters().plain(filter);
      if (plain != null) {
        parts.add(plain.toString());
      } else if (query.empty().contains(filter)) {
        parts.add(NONE);
      } else if (!filter.equals(aggregate.filters().getLast())) {
        parts.add("");
      }
    }
    query.order().ifPresent(field -> parts.add(field.name()));
    return parts;
  }

  private Set<String> known() {
    Set<String> known = new HashSet<>(Set.of(LIMIT, CURSOR));
    if (!aggregate.orders().isEmpty()) {
      known.add(SORT);
    }
    aggregate.filters().forEach(filter -> known.add(filter.name()));
    return known;
  }

  private static <V> Values with(Values filters, Field<V> filter, String text) {
    V value = filter.type().read(text);
    if (value == null) {
      throw refused(
          "'"
              + filter.name()
              + "' "
              + filter.type().rule()
              + (filter.isReference() ? ", or '" + NONE + "'" : ""));
    }
    V normal = filter.type().normal(value);
    List<Violation> violations = new ArrayList<>();
    filter.type().check(filter.name(), normal, violations);
    if (!violations.isEmpty()) {
      throw refused("'" + filter.name() + "' " + violations.getFirst().message());
    }
    return filters.with(filter, normal);
  }

  private static int limit(String text) {
    if (!text.matches("0*[1-9][0-9]{0,8}")
        || Integer.parseInt(text) > ResourceQuery.MAXIMUM_LIMIT) {
      throw refused(
          "'" + LIMIT + "' must be a whole number from 1 to " + ResourceQuery.MAXIMUM_LIMIT);
    }
    return Integer.parseInt(text);
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(ProblemType.INVALID_PARAMETER, detail);
  }
}
