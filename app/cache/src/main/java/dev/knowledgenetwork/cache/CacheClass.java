package dev.knowledgenetwork.cache;

import java.util.function.ToLongFunction;

/**
 * One kind of cached values.
 *
 * @param name of the data class in the policy; also the metric label, so keep the set small
 * @param codec to and from bytes
 * @param version of a value: grows with each change of it, never negative
 * @param copies how many times its encoded size a value takes in this process: more than once where
 *     it also keeps what was made of it
 */
public record CacheClass<V>(
    String name, ValueCodec<V> codec, ToLongFunction<V> version, int copies) {}
