package dev.knowledgenetwork.operator.runtime.kit;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** True as long as nothing was written since it was asked last. */
final class WritesUnchanged implements Callable<Boolean> {

  private final Supplier<Map<String, Long>> writes;
  private Map<String, Long> last = Map.of("never", 1L);

  WritesUnchanged(Supplier<Map<String, Long>> writes) {
    this.writes = writes;
  }

  @Override
  public Boolean call() {
    Map<String, Long> now = writes.get();
    boolean same = now.equals(last);
    last = now;
    return same;
  }
}
