package dev.knowledgenetwork.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Keys from a file in a mounted Secret. Looks for a change at most every {@link #PAUSE}. Guarded by
 * itself.
 */
final class FileKeyResolver implements TokenKeys {

  static final Duration PAUSE = Duration.ofSeconds(5);

  private final Path file;
  private @Nullable VerificationKeyResolver keys;
  private @Nullable FileTime changed;
  private long lookedAt;

  FileKeyResolver(Path file) {
    this.file = file;
  }

  @Override
  public Key resolveKey(JsonWebSignature signature, List<JsonWebStructure> nesting)
      throws UnresolvableKeyException {
    return current().resolveKey(signature, nesting);
  }

  @Override
  public Optional<KeyTrouble> trouble() {
    try {
      current();
      return Optional.empty();
    } catch (UnresolvableKeyException e) {
      return Optional.of(new KeyTrouble(file.toString(), e.getMessage(), false));
    }
  }

  private synchronized VerificationKeyResolver current() throws UnresolvableKeyException {
    long now = System.nanoTime();
    VerificationKeyResolver known = keys;
    if (known != null && now - lookedAt < PAUSE.toNanos()) {
      return known;
    }
    try {
      FileTime time = Files.getLastModifiedTime(file);
      lookedAt = now;
      if (known != null && time.equals(changed)) {
        return known;
      }
      JsonWebKeySet set = new JsonWebKeySet(Files.readString(file));
      VerificationKeyResolver fresh = new JwksVerificationKeyResolver(set.getJsonWebKeys());
      keys = fresh;
      changed = time;
      return fresh;
    } catch (IOException | JoseException e) {
      if (known != null) {
        return known;
      }
      throw new UnresolvableKeyException("cannot read the keys at " + file, e);
    }
  }
}
