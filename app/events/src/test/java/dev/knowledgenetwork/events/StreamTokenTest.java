package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamTokenTest {

  private static final TenantId TENANT = new TenantId("acme");

  @Property
  void aTokenComesBackAsItWas(Draws draws) {
    StreamToken token =
        new StreamToken(
            draws.anyLong(),
            new Position(draws.anyLong(), draws.anyLong()),
            Instant.ofEpochMilli(draws.anyLong()));
    assertThat(StreamToken.decode(token.encode(TENANT), TENANT)).contains(token);
  }

  @Property
  void anotherTenantsTokenIsRefused(Draws draws) {
    StreamToken token =
        new StreamToken(draws.anyLong(), new Position(draws.anyLong(), 1), Instant.EPOCH);
    assertThat(StreamToken.decode(token.encode(new TenantId("other")), TENANT)).isEmpty();
  }

  @Property
  void anyOtherTextIsRefused(Draws draws) {
    assertThat(StreamToken.decode(draws.anyText(0, 100), TENANT)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "AQ", "AAAA AAAA", "42", "=="})
  void whatIsNoTokenIsRefused(String text) {
    assertThat(StreamToken.decode(text, TENANT)).isEmpty();
  }
}
