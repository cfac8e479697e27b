package dev.knowledgenetwork.kernel;

import java.util.function.Function;

/**
 * A request that a client may send again without having its effect twice.
 *
 * @param id tells it from all others: a digest of the client's key and of the scope of that key, 64
 *     hexadecimal digits
 * @param fingerprint digest of what is asked for, 64 hexadecimal digits
 * @param answer what it is answered with, from what it made; kept in the transaction that makes it,
 *     so it may not depend on anything else
 * @param <T> what it makes
 */
public record IdempotentRequest<T>(
    String id, String fingerprint, Function<? super T, Answer> answer) {}
