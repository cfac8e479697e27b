package dev.knowledgenetwork.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.Representation;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Resources of a kind as a format byte and JSON: their fields by name, times in microseconds. A pod
 * of another release that writes other fields is met with a miss, not with a failure.
 *
 * @param aggregate the kind
 */
public record ResourceCodec(Aggregate aggregate) implements ValueCodec<Resource> {

  private static final byte FORMAT = 1;
  private static final int ENVELOPE = 6;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  /**
   * The data class of a kind of resources: named after what one is called. A value keeps the body
   * that shows it, which is about as large.
   */
  public static CacheClass<Representation> dataClass(Aggregate aggregate) {
    ResourceCodec codec = new ResourceCodec(aggregate);
    return new CacheClass<>(
        aggregate.noun(),
        new ValueCodec<>() {
          @Override
          public byte[] encode(Representation value) {
            return codec.encode(value.resource());
          }

          @Override
          public Representation decode(byte[] bytes) {
            return new Representation(codec.decode(bytes));
          }
        },
        Representation::version,
        2);
  }

  @Override
  public byte[] encode(Resource resource) {
    Map<String, Object> stored = new LinkedHashMap<>();
    stored.put("id", resource.id().toString());
    stored.put("tenant", resource.tenant().value());
    for (Field<?> field : aggregate.fields()) {
      stored.put(field.name(), resource.values().plain(field));
    }
    stored.put("author", resource.author());
    stored.put("version", resource.version());
    stored.put("created", micros(resource.createdAt()));
    stored.put("updated", micros(resource.updatedAt()));
    try {
      byte[] json = JSON.writeValueAsBytes(stored);
      byte[] bytes = new byte[json.length + 1];
      bytes[0] = FORMAT;
      System.arraycopy(json, 0, bytes, 1, json.length);
      return bytes;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a resource is always writable", e);
    }
  }

  @Override
  public Resource decode(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != FORMAT) {
      throw notOfThisFormat();
    }
    try {
      return resource(JSON.readValue(Arrays.copyOfRange(bytes, 1, bytes.length), OBJECT));
    } catch (IOException | RuntimeException e) {
      throw notOfThisFormat();
    }
  }

  private Resource resource(Map<String, Object> stored) {
    if (stored.size() != aggregate.fields().size() + ENVELOPE) {
      throw notOfThisFormat();
    }
    Values.Builder values = Values.builder();
    for (Field<?> field : aggregate.fields()) {
      if (!stored.containsKey(field.name())
          || stored.get(field.name()) == null && !field.mayBeEmpty()) {
        throw notOfThisFormat();
      }
      values.plain(field, stored.get(field.name()));
    }
    return new Resource(
        new ResourceId(UUID.fromString((String) stored.get("id"))),
        new TenantId((String) stored.get("tenant")),
        values.build(),
        (String) stored.get("author"),
        number(stored, "version"),
        instant(number(stored, "created")),
        instant(number(stored, "updated")));
  }

  /** Whatever is wrong with the bytes. Without the cause, whose message quotes the value. */
  private IllegalArgumentException notOfThisFormat() {
    return new IllegalArgumentException("not a " + aggregate.noun() + " of this format");
  }

  private static long number(Map<String, Object> stored, String name) {
    return ((Number) stored.get(name)).longValue();
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
