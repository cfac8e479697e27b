package dev.knowledgenetwork.sharding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a login comes from. Asked for every new connection, so a rotated Secret is picked up
 * without a restart.
 */
@FunctionalInterface
public interface Credentials {

  /** The login as it is now. May read a file. */
  Login read();

  /**
   * Login from the files {@code username} and {@code password} of a directory, the way a Secret is
   * mounted.
   */
  static Credentials fromDirectory(Path directory) {
    return () -> new Login(line(directory, "username"), line(directory, "password"));
  }

  private static String line(Path directory, String file) {
    try {
      return Files.readString(directory.resolve(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the login's file " + file, e);
    }
  }

  /**
   * A user and its password. Its text form leaves the password out.
   *
   * @param username role in PostgreSQL
   * @param password its password
   */
  record Login(String username, String password) {

    @Override
    public String toString() {
      return "Login[username=" + username + "]";
    }
  }
}
