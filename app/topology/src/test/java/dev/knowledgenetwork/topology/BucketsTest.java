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
  void published_vectors_hold(String key, String hash, int of4096, int of1000) {
    assertThat(String.format("%016x", Murmur3.hash(key))).isEqualTo(hash);
    assertThat(new Buckets(4096).of(key)).isEqualTo(of4096);
    assertThat(new Buckets(1000).of(key)).isEqualTo(of1000);
  }

  @Property
  void agrees_with_an_independent_implementation(Draws draws) {
    String key = draws.anyText(0, 255);
    long expected = Hashing.murmur3_128(0).hashString(key, StandardCharsets.UTF_8).asLong();
    assertThat(Murmur3.hash(key)).isEqualTo(expected);
  }

  @Property
  void every_key_has_a_bucket(Draws draws) {
    String key = draws.anyText(1, 255);
    int count = draws.between(1, Buckets.MAXIMUM);
    assertThat(new Buckets(count).of(key)).isBetween(0, count - 1);
  }

  @Test
  void halves_of_surrogate_pairs_count_as_question_marks() {
    assertThat(Murmur3.hash("a\ud83d")).isEqualTo(Murmur3.hash("a?"));
    assertThat(Murmur3.hash("\ude00b")).isEqualTo(Murmur3.hash("?b"));
    assertThat(Murmur3.hash("\ud83d\ud83d\ude00")).isEqualTo(Murmur3.hash("?\ud83d\ude00"));
  }

  @Test
  void an_empty_key_is_refused() {
    assertThatThrownBy(() -> new Buckets(4096).of(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void a_count_out_of_bounds_is_refused() {
    assertThatThrownBy(() -> new Buckets(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Buckets(65_537)).isInstanceOf(IllegalArgumentException.class);
  }
}
