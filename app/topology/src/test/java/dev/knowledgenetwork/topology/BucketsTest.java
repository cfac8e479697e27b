package dev.knowledgenetwork.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class BucketsTest {

  /** The vectors are fixed: rows in databases were placed by them. */
  @ParameterizedTest(name = "{0} -> {2}")
  @CsvFileSource(
      resources = "bucket-vectors.csv",
      numLinesToSkip = 1,
      encoding = "UTF-8",
      maxCharsPerColumn = 10_000)
  void publishedVectorsHold(String key, String hash, int of4096, int of1000) {
    assertThat(String.format("%016x", Murmur3.hash(key))).isEqualTo(hash);
    assertThat(new Buckets(4096).of(key)).isEqualTo(of4096);
    assertThat(new Buckets(1000).of(key)).isEqualTo(of1000);
  }

  @Property
  void agreesWithAnIndependentImplementation(Draws draws) {
    String key = draws.anyText(0, 255);
    long expected = Hashing.murmur3_128(0).hashString(key, StandardCharsets.UTF_8).asLong();
    assertThat(Murmur3.hash(key)).isEqualTo(expected);
  }

  @Property
  void everyKeyHasABucket(Draws draws) {
    String key = draws.anyText(1, 255);
    int count = draws.between(1, Buckets.MAXIMUM);
    assertThat(new Buckets(count).of(key)).isBetween(0, count - 1);
  }

  @Test
  void halvesOfSurrogatePairsCountAsQuestionMarks() {
    assertThat(Murmur3.hash("a\ud83d")).isEqualTo(Murmur3.hash("a?"));
    assertThat(Murmur3.hash("\ude00b")).isEqualTo(Murmur3.hash("?b"));
    assertThat(Murmur3.hash("\ud83d\ud83d\ude00")).isEqualTo(Murmur3.hash("?\ud83d\ude00"));
  }

  @Test
  void anEmptyKeyIsRefused() {
    assertThatThrownBy(() -> new Buckets(4096).of(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void aCountOutOfBoundsIsRefused() {
    assertThatThrownBy(() -> new Buckets(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Buckets(65_537)).isInstanceOf(IllegalArgumentException.class);
  }
}
