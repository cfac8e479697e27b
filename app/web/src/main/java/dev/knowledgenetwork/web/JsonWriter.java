package dev.knowledgenetwork.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Map;

/**
 * Writes records and maps as JSON. In place of the extension quarkus-rest-jackson, whose shutdown
 * listener in this version never says that it is done, so that every shutdown takes the whole
 * time-out (quarkusio/quarkus#51915).
 */
@Provider
@Produces({MediaType.APPLICATION_JSON, "application/problem+json"})
final class JsonWriter implements MessageBodyWriter<Object> {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A body as it is written. */
  static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view is always writable", e);
    }
  }

  /** The same in UTF-8. */
  static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view is always writable", e);
    }
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return type.isRecord() || Map.class.isAssignableFrom(type);
  }

  @Override
  public void writeTo(
      Object value,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream body)
      throws IOException {
    body.write(JSON.writeValueAsBytes(value));
  }
}
