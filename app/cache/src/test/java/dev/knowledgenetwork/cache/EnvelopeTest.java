package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {

  private static final Duration LIFE = Duration.ofSeconds(300);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 9, 10, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE})
  void comesBackAsItWent(long version) {
    byte[] payload = {1, 2, 3};

    Envelope back = Envelope.decode(Envelope.value(version, LIFE, payload).encode()).orElseThrow();

    assertThat(back.version()).isEqualTo(version);
    assertThat(back.payload()).isEqualTo(payload);
    assertThat(back.life()).isEqualTo(LIFE);
    assertThat(back.tombstone()).isFalse();
    assertThat(Envelope.decode(Envelope.tombstone(version).encode()).orElseThrow().tombstone())
        .isTrue();
  }

  @Test
  void versionsCompareAsText() {
    String nine = new String(Envelope.tombstone(9).encode(), StandardCharsets.US_ASCII);
    String ten = new String(Envelope.tombstone(10).encode(), StandardCharsets.US_ASCII);

    assertThat(nine).isLessThan(ten).hasSameSizeAs(ten);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\u0001",
        "\u00020000000000000000001X",
        "\u00020000000000000000001V12",
        "\u0002000000000000000000T",
        "\u00010000000000000000001T",
        "{\"a\":1}"
      })
  void strangeBytesAreAMiss(String bytes) {
    assertThat(Envelope.decode(bytes.getBytes(StandardCharsets.US_ASCII))).isEmpty();
  }

  @Test
  void aNegativeVersionIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Envelope.tombstone(-1).encode());
  }
}
