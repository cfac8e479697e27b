package dev.knowledgenetwork.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Values as a format byte and the JSON of a stored form. A pod of another release that writes
 * another form is met with a miss, not with a failure.
 *
 * @param format changes with the stored form, where a reader of the old one would misunderstand it
 * @param type the stored form: a record
 * @param stored a value in that form
 * @param value what a stored form stands for
 * @param <V> a value
 * @param <S> its stored form
 */
public record JsonCodec<V, S extends Record>(
    byte format, Class<S> type, Function<V, S> stored, Function<S, V> value)
    implements ValueCodec<V> {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  @Override
  public byte[] encode(V of) {
    try {
      byte[] json = JSON.writeValueAsBytes(stored.apply(of));
      byte[] bytes = new byte[json.length + 1];
      bytes[0] = format;
      System.arraycopy(json, 0, bytes, 1, json.length);
      return bytes;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored form is always writable", e);
    }
  }

  @Override
  public V decode(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != format) {
      throw notOfThisFormat();
    }
    try {
      return value.apply(JSON.readValue(Arrays.copyOfRange(bytes, 1, bytes.length), type));
    } catch (IOException | RuntimeException e) {
      throw notOfThisFormat();
    }
  }

  /** Whatever is wrong with the bytes. Without the cause, whose message quotes the value. */
  private IllegalArgumentException notOfThisFormat() {
    return new IllegalArgumentException("not a value of this format");
  }
}
