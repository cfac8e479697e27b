package dev.knowledgenetwork.operator.runtime.kit;

import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Bytes of the objects that are alive after a full collection, as {@code jcmd GC.class_histogram}
 * counts them, and platform threads.
 *
 * @param large bytes by class, of those that hold some: this is part of the next heap
 */
public record LiveHeap(long total, Map<String, Long> large, int threads) {

  private static final long LARGE = 100_000;

  /** A line has a rank, a number of instances, their bytes, and a class with its module. */
  private static final Pattern LINE =
      Pattern.compile("\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+)( .*)?");

  /** This process now. Some objects go only after others have been collected. */
  public static LiveHeap now() {
    System.gc();
    System.gc();
    Map<String, Long> bytes = new HashMap<>();
    histogram()
        .lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(line -> bytes.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum));
    long total = bytes.values().stream().mapToLong(Long::longValue).sum();
    bytes.values().removeIf(size -> size < LARGE);
    return new LiveHeap(
        total, Map.copyOf(bytes), ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static String histogram() {
    try {
      return (String)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new IllegalStateException("this Java tells nothing of its heap", e);
    }
  }

  /** What is here and not there. */
  public LiveHeap minus(LiveHeap other) {
    Map<String, Long> difference = new HashMap<>();
    large.forEach((type, size) -> difference.put(type, size - other.large.getOrDefault(type, 0L)));
    return new LiveHeap(total - other.total, difference, threads - other.threads);
  }

  /** The classes that hold most, most first. */
  public Stream<Map.Entry<String, Long>> largest(int count) {
    return large.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(count);
  }
}
