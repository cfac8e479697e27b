package dev.knowledgenetwork.kernel;

/**
 * What became of a new resource.
 *
 * @param <T> the resource
 */
public sealed interface CreateOutcome<T> {

  /** Committed: the resource as it now is. */
  record Created<T>(T value) implements CreateOutcome<T> {}

  /**
   * The connection broke during the commit and could not be made again in time.
   *
   * @param id the id the resource has if it was stored: read it to learn whether it was
   */
  record Unknown<T>(ResourceId id) implements CreateOutcome<T> {}

  /**
   * Nothing changed: an {@link IdempotentRequest} that was answered before.
   *
   * @param first what it was answered with
   */
  record Repeated<T>(Answer first) implements CreateOutcome<T> {}

  /** Nothing changed: the same {@link IdempotentRequest} is under way at this moment. */
  record InProgress<T>() implements CreateOutcome<T> {}

  /** Nothing changed: the id of the {@link IdempotentRequest} belongs to another one. */
  record KeyReused<T>() implements CreateOutcome<T> {}
}
