package dev.knowledgenetwork.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.domain.DocumentId;
import dev.knowledgenetwork.domain.DocumentQuery;
import dev.knowledgenetwork.domain.DocumentStatus;
import dev.knowledgenetwork.domain.TenantId;
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

  private static final DocumentId LAST =
      new DocumentId(UUID.fromString("019a0000-0000-7000-8000-000000000001"));

  @Test
  void leadsBackToTheDocument() {
    DocumentQuery query = query("acme", DocumentStatus.DRAFT, "notes");

    assertThat(Cursors.decode(Cursors.encode(LAST, query), query)).isEqualTo(LAST);
  }

  @Test
  void theLimitMayChangeBetweenPages() {
    DocumentQuery ten = query("acme", null, null);
    DocumentQuery fifty =
        new DocumentQuery(ten.tenant(), ten.status(), ten.collection(), Optional.empty(), 50);

    assertThat(Cursors.decode(Cursors.encode(LAST, ten), fifty)).isEqualTo(LAST);
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
    String cursor = Cursors.encode(LAST, query("acme", DocumentStatus.DRAFT, "notes"));

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
    byte[] bytes = Base64.getUrlDecoder().decode(Cursors.encode(LAST, query));
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
        .isThrownBy(() -> Cursors.decode(cursor, query))
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
