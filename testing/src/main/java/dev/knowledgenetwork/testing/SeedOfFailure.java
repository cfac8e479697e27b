package dev.knowledgenetwork.testing;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Says in the failure of a {@link Property} how to replay it: reports show the message of a
 * failure, not the arguments of the test.
 */
final class SeedOfFailure implements InvocationInterceptor {

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    try {
      invocation.proceed();
    } catch (Exception | AssertionError failure) {
      Draws draws = (Draws) call.getArguments().getFirst();
      throw new AssertionError(
          "%s (replay with -D%s=%d): %s"
              .formatted(draws, SeededDraws.SEED, draws.seed(), failure.getMessage()),
          failure);
    }
  }
}
