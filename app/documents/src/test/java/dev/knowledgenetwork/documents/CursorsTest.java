package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.Position;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.web.ListParameters;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {

  private static final ListParameters PARAMETERS = new ListParameters(Documents.DOCUMENTS);
  private static final ResourceId LAST = id("019a0000-0000-7000-8000-000000000001");
  private static final ResourceId NOTES = id("019a0000-0000-7000-8000-00000000000a");
  private static final ResourceId PLANS = id("019a0000-0000-7000-8000-00000000000b");

  @Test
  void leadsBackToTheDocument() {
    ResourceQuery query = query("acme", DocumentStatus.DRAFT, NOTES);

    assertThat(decode(PARAMETERS.cursor(Position.at(LAST), query), query)).isEqualTo(LAST);
  }

  /** Clients hold cursors while servers are replaced. */
  @Test
  void cursorsThatClientsHoldStayValid() {
    assertThat(PARAMETERS.cursor(Position.at(LAST), query("acme", DocumentStatus.DRAFT, NOTES)))
        .isEqualTo("AQGaAAAAAHAAgAAAAAAAAAGuWq3xYG_jtg");
    assertThat(PARAMETERS.cursor(Position.at(LAST), query("acme", null, null)))
        .isEqualTo("AQGaAAAAAHAAgAAAAAAAAAHmKGrZ6szRKA");
  }

  @Test
  void theLimitMayChangeBetweenPages() {
    ResourceQuery ten = query("acme", null, null);
    ResourceQuery fifty = ten.limited(50);

    assertThat(decode(PARAMETERS.cursor(Position.at(LAST), ten), fifty)).isEqualTo(LAST);
  }

  static Stream<ResourceQuery> otherLists() {
    return Stream.of(
        query("other", DocumentStatus.DRAFT, NOTES),
        query("acme", DocumentStatus.PUBLISHED, NOTES),
        query("acme", null, NOTES),
        query("acme", DocumentStatus.DRAFT, PLANS),
        query("acme", DocumentStatus.DRAFT, null));
  }

  @ParameterizedTest
  @MethodSource("otherLists")
  void isRefusedInAnotherList(ResourceQuery other) {
    String cursor =
        PARAMETERS.cursor(Position.at(LAST), query("acme", DocumentStatus.DRAFT, NOTES));

    assertRefused(cursor, other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "!!", "AQ", "MDE5YTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAx"})
  void otherTextIsRefused(String text) {
    assertRefused(text, query("acme", null, null));
  }

  @Test
  void everyChangedBitOfFormatAndDigestIsNoticed() {
    ResourceQuery query = query("acme", null, null);
    byte[] bytes = Base64.getUrlDecoder().decode(PARAMETERS.cursor(Position.at(LAST), query));
    for (int i = 0; i < bytes.length; i++) {
      if (i >= 1 && i <= 16) {
        continue;
      }
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertRefused(Base64.getUrlEncoder().withoutPadding().encodeToString(changed), query);
    }
  }

  /** The document after which the page of a request with this cursor begins. */
  private static ResourceId decode(String cursor, ResourceQuery list) {
    Map<String, List<String>> parameters = new HashMap<>();
    parameters.put("cursor", List.of(cursor));
    parameters.put("limit", List.of(Integer.toString(list.limit())));
    for (Field<?> filter : list.filters().fields()) {
      parameters.put(filter.name(), List.of((String) list.filters().plain(filter)));
    }
    return PARAMETERS.parse(list.tenant(), parameters).after().orElseThrow().id();
  }

  private static ResourceId id(String text) {
    return ResourceId.parse(text).orElseThrow();
  }

  private static void assertRefused(String cursor, ResourceQuery query) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> decode(cursor, query))
        .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.INVALID_CURSOR));
  }

  private static ResourceQuery query(
      String tenant, @Nullable DocumentStatus status, @Nullable ResourceId collection) {
    return ResourceQuery.of(new TenantId(tenant))
        .filtered(Values.NONE.with(Documents.STATUS, status).with(Documents.COLLECTION, collection))
        .limited(10);
  }
}
