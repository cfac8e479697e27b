package dev.knowledgenetwork.kernel;

import java.util.Map;

/**
 * An answer to a request, as it is kept to be given again.
 *
 * @param status status code
 * @param headers those that belong to the answer, by name
 * @param body text of the body
 */
public record Answer(int status, Map<String, String> headers, String body) {

  /** Keeps an unmodifiable copy of the headers. */
  public Answer {
    headers = Map.copyOf(headers);
  }
}
