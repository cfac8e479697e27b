package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long an operator lives: what it writes later fails before it is sent, as if the process had
 * been killed there. Events count as no writes, but get out only while it lives.
 */
final class Lifespan implements Interceptor {

  private static final Pattern NAMESPACED = Pattern.compile("^/.*/namespaces/([^/]+)/");

  private final AtomicLong allowed;
  private final Map<String, KillSwitch> switches;
  private volatile Consumer<String> beforeWrite = path -> {};

  private Lifespan(long writes, Map<String, KillSwitch> switches) {
    this.allowed = new AtomicLong(writes);
    this.switches = Map.copyOf(switches);
  }

  /** Until it is closed. */
  static Lifespan unlimited() {
    return ofWrites(Long.MAX_VALUE);
  }

  /** So many writes. */
  static Lifespan ofWrites(long writes) {
    return new Lifespan(writes, Map.of());
  }

  /** In each of these namespaces as long as its switch admits. */
  static Lifespan by(Map<String, KillSwitch> switches) {
    return new Lifespan(Long.MAX_VALUE, switches);
  }

  /** What happens just before each write is sent; it is told the path of the request. */
  void beforeEachWrite(Consumer<String> action) {
    beforeWrite = action;
  }

  /** Whether one write more than allowed was tried. */
  boolean isOver() {
    return allowed.get() < 0;
  }

  /** Nothing more gets out. */
  void end() {
    allowed.set(Long.MIN_VALUE / 2);
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (request.method().equals("GET")) {
      return;
    }
    String path = request.uri().getPath();
    boolean lives = isEvent(path) && allowed.get() > 0 || allowed.decrementAndGet() >= 0;
    if (!lives || !admitted(request)) {
      throw new IllegalStateException("killed");
    }
    beforeWrite.accept(path);
  }

  private boolean admitted(HttpRequest request) {
    String path = request.uri().getPath();
    KillSwitch life = switches.get(namespaceOf(path));
    if (life == null) {
      return true;
    }
    return isEvent(path)
        ? life.alive()
        : life.admits(request.method() + " " + withinNamespace(path));
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    String path = request.uri().getPath();
    KillSwitch life = switches.get(namespaceOf(path));
    if (life != null && !request.method().equals("GET") && !isEvent(path)) {
      life.done();
    }
  }

  private static boolean isEvent(String path) {
    return path.endsWith("/events");
  }

  /** Empty for what is in no namespace. */
  private static String namespaceOf(String path) {
    Matcher found = NAMESPACED.matcher(path);
    return found.find() ? found.group(1) : "";
  }

  private static String withinNamespace(String path) {
    return NAMESPACED.matcher(path).replaceFirst("");
  }
}
