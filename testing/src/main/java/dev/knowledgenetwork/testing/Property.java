package dev.knowledgenetwork.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A test of something that must hold for every input. The method takes one parameter, {@link
 * Draws}, and is run {@link #tries()} times, each time with another seed.
 *
 * <p>A failure names the seed of its try; {@code -Dkn.seed=SEED} runs that one try again.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(SeededDraws.class)
@ExtendWith(SeedOfFailure.class)
public @interface Property {

  /** How many inputs are tried. */
  int tries() default 1000;
}
