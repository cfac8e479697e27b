package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.web.Cursors;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {

  private static final ResourceId LAST =
      new ResourceId(UUID.fromString("019a0000-0000-7000-8000-000000000001"));

  @Test
  void leadsBackToTheDocument() {
    DocumentQuery query = query("acme", DocumentStatus.DRAFT, "notes");

    assertThat(Cursors.decode(Cursors.encode(LAST, query.list()), query.list())).isEqualTo(LAST);
  }

  /** Clients hold cursors while servers are replaced. */
  @Test
  void cursorsThatClientsHoldStayValid() {
    assertThat(Cursors.encode(LAST, query("acme", DocumentStatus.DRAFT, "notes").list()))
        .isEqualTo("AQGaAAAAAHAAgAAAAAAAAAHqX5QQc2rY4Q");
    assertThat(Cursors.encode(LAST, query("acme", null, null).list()))
        .isEqualTo("AQGaAAAAAHAAgAAAAAAAAAHmKGrZ6szRKA");
  }

  @Test
  void theLimitMayChangeBetweenPages() {
    DocumentQuery ten = query("acme", null, null);
    DocumentQuery fifty =
        new DocumentQuery(ten.tenant(), ten.status(), ten.collection(), Optional.empty(), 50);

    assertThat(Cursors.decode(Cursors.encode(LAST, ten.list()), fifty.list())).isEqualTo(LAST);
  }

  static Stream<DocumentQuery> otherLists() {
    return Stream.of(
        query("other", DocumentStatus.DRAFT, "notes"),
        query("acme", DocumentStatus.PUBLISHED, "notes"),
        query("acme", null, "notes"),
        query("acme", DocumentStatus.DRAFT, "note"),
        query("acme", DocumentStatus.DRAFT, ""),
        query("acme", DocumentStatus.DRAFT, null));
  }

  @ParameterizedTest
  @MethodSource("otherLists")
  void isRefusedInAnotherList(DocumentQuery other) {
    String cursor = Cursors.encode(LAST, query("acme", DocumentStatus.DRAFT, "notes").list());

    assertRefused(cursor, other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "!!", "AQ", "MDE5YTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAx"})
  void otherTextIsRefused(String text) {
    assertRefused(text, query("acme", null, null));
  }

  @Test
  void everyChangedBitOfFormatAndDigestIsNoticed() {
    DocumentQuery query = query("acme", null, null);
    byte[] bytes = Base64.getUrlDecoder().decode(Cursors.encode(LAST, query.list()));
    for (int i = 0; i < bytes.length; i++) {
      if (i >= 1 && i <= 16) {
        continue;
      }
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertRefused(Base64.getUrlEncoder().withoutPadding().encodeToString(changed), query);
    }
  }

  private static void assertRefused(String cursor, DocumentQuery query) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> Cursors.decode(cursor, query.list()))
        .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.INVALID_CURSOR));
  }

  private static DocumentQuery query(
      String tenant, @Nullable DocumentStatus status, @Nullable String collection) {
    return new DocumentQuery(
        new TenantId(tenant),
        Optional.ofNullable(status),
        Optional.ofNullable(collection),
        Optional.empty(),
        10);
  }
}
