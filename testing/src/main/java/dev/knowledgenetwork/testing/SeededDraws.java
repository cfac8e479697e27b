package dev.knowledgenetwork.testing;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The tries of a {@link Property}: other seeds in every run, or the one of {@code kn.seed}. */
final class SeededDraws extends AnnotationBasedArgumentsProvider<Property> {

  static final String SEED = "kn.seed";

  @Override
  protected Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context, Property property) {
    return context
        .getConfigurationParameter(SEED, Integer::valueOf)
        .map(IntStream::of)
        .orElseGet(() -> new Random().ints(property.tries(), 0, Integer.MAX_VALUE))
        .mapToObj(seed -> Arguments.of(new Draws(seed)));
  }
}
