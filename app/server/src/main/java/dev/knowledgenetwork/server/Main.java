package dev.knowledgenetwork.server;

import dev.knowledgenetwork.web.ServerRole;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Optional;

/** Starts the program in the role that the first argument (or {@code KN_ROLE}) names. */
@QuarkusMain
public final class Main {

  /** Property that tells the running server its role. */
  static final String ROLE = "kn.role";

  private Main() {}

  /**
   * Entry point.
   *
   * @param arguments {@code api}, {@code realtime}, {@code worker} or {@code migrate}
   */
  public static void main(String... arguments) {
    String name =
        arguments.length > 0
            ? arguments[0]
            : Optional.ofNullable(Environment.variable("KN_ROLE")).orElse("");
    Optional<ServerRole> role = ServerRole.of(name);
    if (role.isEmpty()) {
      System.err.println("Say which role: api, realtime, worker or migrate");
      System.exit(2);
    } else if (role.get() == ServerRole.MIGRATE) {
      System.exit(Migration.run(Environment::variable, System.out::println));
    } else {
      System.setProperty(ROLE, role.get().argument());
      if (!role.get().servesHttp()) {
        System.setProperty("quarkus.http.host-enabled", "false");
      }
      HeaderDeadline.enable();
      Quarkus.run(arguments);
    }
  }
}
