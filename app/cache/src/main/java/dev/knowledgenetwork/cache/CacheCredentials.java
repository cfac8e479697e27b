package dev.knowledgenetwork.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory with the files {@code username}, {@code password} and {@code ca.crt}, as the Secret
 * is mounted. Each is read anew for every connection, so a rotated password is met by the next one.
 * Nothing of it is ever logged.
 *
 * @param directory the mount
 */
public record CacheCredentials(Path directory) {

  Optional<String> username() {
    return read("username");
  }

  Optional<String> password() {
    return read("password");
  }

  Path authority() {
    return directory.resolve("ca.crt");
  }

  private Optional<String> read(String name) {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }
}
