package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.ReferenceException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Changes that are made at once. */
public final class Race {

  private Race() {}

  /** Which of two were made, in their order; the others were refused because of references. */
  public static List<Boolean> made(Callable<?> one, Callable<?> other) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> first = threads.submit(() -> made(one));
      Future<Boolean> second = threads.submit(() -> made(other));
      return List.of(first.get(), second.get());
    }
  }

  private static boolean made(Callable<?> change) throws Exception {
    try {
      change.call();
      return true;
    } catch (ReferenceException e) {
      return false;
    }
  }
}
